import Store

/// What one event did to the tables.
package enum EventEffect: String, Sendable, Equatable {
    /// It told something new.
    case new
    /// It repeated what was known.
    case duplicate
    /// It had the key of a known event and other content; kept raw, counted, and resolved by rule.
    case conflict

    /// What its webhook is counted as beside `processed`; nil where it told something new.
    var tallyKind: TallyKind? {
        switch self {
        case .new: nil
        case .duplicate: .duplicate
        case .conflict: .conflict
        }
    }
}

/// What a batch of events did.
struct EffectReport: Sendable {
    /// One for each event, in the order given.
    var effects: [EventEffect]
    var changes: [EntryChange]
    /// Events by which somebody opts out or in that were not known yet, whatever else their SMS said.
    var optOuts = 0
}
