/// What one of those that share a worker, accounts or endpoints, has waiting there and under way.
public struct SharerLoad: Hashable, Sendable {
    /// Whose it is.
    public var sharer: String
    /// How much of its work is due and not claimed.
    public var waiting: Int
    /// How many of its calls the worker is making.
    public var inFlight: Int

    /// The load with these figures.
    public init(sharer: String, waiting: Int, inFlight: Int) {
        self.sharer = sharer
        self.waiting = waiting
        self.inFlight = inFlight
    }
}
