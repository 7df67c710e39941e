/// A set of an entry's cycles: bit n is cycle n.
package struct CycleSet: OptionSet, Hashable, Sendable {
    /// The bits; never negative, so that it is the same number in a `bigint`.
    package let rawValue: Int64

    /// How many cycles there are room for: cycles 0 to 61. A later one is in no set, so an account's `maxResends` must
    /// stay below this.
    package static let countMax = 62

    /// The set with these bits; those beyond ``countMax`` are dropped.
    package init(rawValue: Int64) {
        self.rawValue = rawValue & (1 << Self.countMax - 1)
    }

    /// The set of one cycle; empty for one that there is no room for.
    package init(cycle: Int32) {
        self.init(rawValue: cycle >= 0 && cycle < Self.countMax ? 1 << Int64(cycle) : 0)
    }

    /// Whether the cycle is in the set.
    package func contains(cycle: Int32) -> Bool {
        !isDisjoint(with: CycleSet(cycle: cycle))
    }

    /// How many cycles are in the set.
    package var count: Int { rawValue.nonzeroBitCount }
}
