import Runtime

/// Why the ingress could not begin.
public enum IngressStartFailure: Error, Equatable, Sendable {
    /// An address could not be listened on; the reason is the system's.
    case cannotListen(ListenAddress, reason: String)
}

extension IngressStartFailure: CustomStringConvertible {
    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .cannotListen(let address, let reason): "The ingress cannot listen on \(address): \(reason)."
        }
    }
}
