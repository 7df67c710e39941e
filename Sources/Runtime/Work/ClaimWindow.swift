/// What claims are shared by: an account, an endpoint.
public protocol ClaimSharer: Sendable {
    /// Its identity, and the order in which sharers are walked.
    var key: String { get }
    /// How much of it is due.
    var dueCount: Int { get }
}

/// Which sharers a claim looks at, and in which order: a window that moves over all of them, so that a claim costs the
/// same however many there are, and each claim begins with another one.
public struct ClaimWindow<Sharer: ClaimSharer>: Sendable {
    /// Sharers looked at in one claim.
    public static var visitedMax: Int32 { 128 }
    /// Those that share one claim.
    public static var sharersMax: Int { 32 }

    /// The window begins after this one; if empty, with the first.
    public private(set) var behind = ""
    /// Who came first in the last claim.
    private var first = ""

    /// A window at the start.
    public init() {}

    /// Takes what was found in the window and moves it on.
    ///
    /// - Returns: those that share the claim, beginning after the one that the last claim began with.
    public mutating func next(_ visited: [Sharer]) -> [Sharer] {
        let due = visited.filter { $0.dueCount > 0 }
        let start = due.firstIndex { $0.key > first } ?? due.startIndex
        let ordered = due[start...] + due[..<start]
        if let next = ordered.first?.key { first = next }
        let hasMore = visited.count >= Int(Self.visitedMax)
        behind = hasMore ? visited.last?.key ?? "" : ""
        return Array(ordered.prefix(Self.sharersMax))
    }

    /// Whether all were seen since the window was last at the start.
    public var isAtStart: Bool { behind.isEmpty }
}
