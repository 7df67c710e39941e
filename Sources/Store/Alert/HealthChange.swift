import PostgresClient

/// A rule of `monitor.health` that holds although operators were last told that it does not, or the reverse.
package struct HealthChange: Sendable, Equatable {
    /// The rule's name.
    package var rule: String
    /// Whether it holds now.
    package var isOK: Bool

    /// A change.
    package init(rule: String, isOK: Bool) {
        self.rule = rule
        self.isOK = isOK
    }

    /// The rule that is told by events of its own, in the transaction that pauses a provider or resumes it.
    static let toldByEvents = "provider_paused"

    /// The rules `h` whose state differs from what was told last. A rule that was never told counts as told to hold. A
    /// rule whose state is unknown now changes nothing.
    static let changed = """
        FROM alert.health() AS h
        LEFT JOIN LATERAL (
            SELECT v.ok FROM alert.rule_event AS v WHERE v.rule = h.name ORDER BY v.seq DESC LIMIT 1
        ) AS last ON true
        WHERE h.ok <> coalesce(last.ok, true)
          AND h.name <> '\(toldByEvents)'
        """
}
