/// One step of an entry's money after its charge.
package struct LedgerStep: Hashable, Sendable {
    /// The cycle whose price it is.
    package let cycle: Int32
    /// `refund` or `refundReversal`.
    package let kind: LedgerKind
}

/// The steps that lead from what is charged to what is owed, ascending by cycle, at most one a cycle.
///
/// The charge itself is made with the send or resend, in one transaction; after that, every change of state appends the
/// difference (DESIGN, section 5, "Money").
///
/// - Parameters:
///   - charged: the cycles that are paid by what the ledger has: charged, and not refunded or refunded and reversed.
///   - owed: what the entry's state says (``EntryState/owedCycles``).
package func ledgerSteps(from charged: CycleSet, to owed: CycleSet) -> [LedgerStep] {
    let changed = charged.symmetricDifference(owed)
    guard !changed.isEmpty else { return [] }
    return (0..<Int32(CycleSet.countMax)).filter(changed.contains(cycle:)).map { cycle in
        LedgerStep(cycle: cycle, kind: owed.contains(cycle: cycle) ? .refundReversal : .refund)
    }
}
