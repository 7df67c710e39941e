/// A provider, as one that calls: what its requests are like.
enum Caller: Sendable {
    case onoff
    case nxtele

    /// Whether its request targets may hold raw spaces, so that its request lines may be repaired.
    var isRepaired: Bool {
        switch self {
        case .onoff: false
        case .nxtele: true
        }
    }

    /// Whether its token may be a path segment after a route's own path.
    var putsTokenInPath: Bool {
        switch self {
        case .onoff: false
        case .nxtele: true
        }
    }
}
