import Runtime

/// Why a sandbox could not begin.
public enum SandboxStartFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The address could not be listened on; the reason is the system's.
    case cannotListen(ListenAddress, reason: String)
    /// The accept log could not be opened.
    case cannotLog(path: String, reason: String)
    /// Receipts cannot go there.
    case badReceiptURL
    /// It was started before.
    case startedTwice

    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .cannotListen(let address, let reason): "The sandbox cannot listen on \(address): \(reason)."
        case .cannotLog(let path, let reason): "The accept log \(path) cannot be opened: \(reason)."
        case .badReceiptURL: "The receipt URL is no http:// URL (the sandbox speaks no TLS)."
        case .startedTwice: "The sandbox was started before."
        }
    }
}
