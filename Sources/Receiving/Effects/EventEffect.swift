/// What one event did to the tables.
public enum EventEffect: String, Sendable, Equatable {
    /// It told something new.
    case new
    /// It repeated what was known.
    case duplicate
    /// It had the key of a known one and another content; kept raw, counted, and resolved by rule.
    case conflict
}

/// An entry whose state an event changed.
public struct EntryChange: Sendable, Equatable {
    /// The entry's id as text.
    public var entryID: String
    /// `status/deliveryState` before.
    public var before: String
    /// The same after.
    public var after: String
}

/// What a batch of events did.
public struct EffectReport: Sendable {
    /// One for each event, in the order given.
    public var effects: [EventEffect]
    /// The entries that changed.
    public var changes: [EntryChange]
}
