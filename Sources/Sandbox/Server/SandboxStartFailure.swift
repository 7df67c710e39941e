import Runtime

/// Why a sandbox could not begin.
package enum SandboxStartFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The address could not be listened on.
    case cannotListen(ListenFailure)
    /// The accept log could not be opened.
    case cannotLog(path: String, reason: String)
    /// Receipts cannot go there.
    case badReceiptURL
    /// It was started before.
    case startedTwice

    /// A sentence for the operator.
    package var description: String {
        switch self {
        case .cannotListen(let failure): "The sandbox \(failure)."
        case .cannotLog(let path, let reason): "The accept log \(path) cannot be opened: \(reason)."
        case .badReceiptURL: "The receipt URL is no http:// URL (the sandbox speaks no TLS)."
        case .startedTwice: "The sandbox was started before."
        }
    }
}
