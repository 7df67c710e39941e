/// What one of those that share a worker, accounts or endpoints, has waiting there and under way.
package struct SharerLoad: Hashable, Sendable {
    /// Whose it is.
    package var sharer: String
    /// How much of its work is due and not claimed.
    package var waiting: Int
    /// How many of its calls the worker is making.
    package var inFlight: Int

    /// The load with these figures.
    package init(sharer: String, waiting: Int, inFlight: Int) {
        self.sharer = sharer
        self.waiting = waiting
        self.inFlight = inFlight
    }
}
