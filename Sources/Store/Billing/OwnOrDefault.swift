/// A setting of an account: its own, or that of the processes.
package enum OwnOrDefault<Value: Sendable & Equatable>: Sendable, Equatable {
    /// What the processes' settings say.
    case byDefault
    /// The account's own.
    case own(Value)

    /// The account's own value as the column holds it; nil where it has none.
    package var ownValue: Value? {
        if case .own(let value) = self { return value }
        return nil
    }

    /// Reads what the column holds.
    package init(_ value: Value?) { self = value.map { .own($0) } ?? .byDefault }
}
