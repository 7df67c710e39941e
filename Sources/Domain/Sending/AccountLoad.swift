/// What one account has to send, and what it has under way, in one worker.
public struct AccountLoad: Hashable, Sendable {
    /// The account.
    public var account: String
    /// How many of its sends are due and not claimed.
    public var waiting: Int
    /// How many of its calls the worker is making.
    public var inFlight: Int

    /// The load with these figures.
    public init(account: String, waiting: Int, inFlight: Int) {
        self.account = account
        self.waiting = waiting
        self.inFlight = inFlight
    }
}
