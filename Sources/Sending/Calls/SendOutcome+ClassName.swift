import Domain

extension SendOutcome {
    /// The class in a word or two, for the log.
    var className: String {
        switch self {
        case .accepted: "accepted"
        case .permanent: "permanent"
        case .retry: "retry"
        case .wait(let reason, _): "wait, \(reason)"
        case .pause: "pause"
        case .unclear: "unclear"
        case .duplicate: "duplicate"
        }
    }
}
