/// An item that this process has leased: it may be worked on now, or from a given moment on, until the gate shuts.
package struct LeasedClaim<Item: Sendable>: Sendable {
    /// What was leased.
    package let item: Item
    /// The moment from which on it may be begun; nil: at once.
    package let notBefore: ContinuousClock.Instant?
    /// The last moment a call for it may be written.
    let gateUntil: ContinuousClock.Instant

    package init(_ item: Item, notBefore: ContinuousClock.Instant? = nil, gateUntil: ContinuousClock.Instant) {
        self.item = item
        self.notBefore = notBefore
        self.gateUntil = gateUntil
    }
}

/// What a look at a queue brought.
package enum Claimed<Item: Sendable>: Sendable {
    /// These are leased now.
    case claims([LeasedClaim<Item>])
    /// Nothing was due for the sharers looked at: look at the others.
    case nothingHere
    /// Nothing is due.
    case nothing
    /// Other transactions came in between too often.
    case contended
    /// A rate limit grants nothing at the moment: look again after this time.
    case limited(Duration)
    /// Postgres did not do it. The items are in doubt: perhaps leased, certainly not begun.
    case failed(inDoubt: [Item])
}
