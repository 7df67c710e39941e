import PostgresClient

/// Records changed rules of `monitor.health`, and the events that operators are told of.
///
/// Looks again under a lock that an earlier statement of the transaction took, so that only one of several alert
/// workers records a change. Locks: none that others wait for.
package struct RecordHealthChanges: Statement {
    package static let sql = """
        WITH now_so AS MATERIALIZED (
            SELECT h.name, h.ok, h.value, h.threshold, h.detail, h.what_to_do
            \(HealthChange.changed)
              AND (h.name, h.ok) IN (SELECT g.rule, g.ok FROM unnest($1::text[], $2::boolean[]) AS g (rule, ok))
        ), recorded AS (
            INSERT INTO alert.rule_event (rule, ok) SELECT n.name, n.ok FROM now_so AS n ORDER BY n.name
            RETURNING rule
        ), told AS (
            INSERT INTO alert.event (kind, subject, data)
            SELECT CASE WHEN n.ok THEN 'health.recovered' ELSE 'health.failed' END, n.name,
                   jsonb_build_object('rule', n.name, 'value', n.value, 'threshold', n.threshold, 'detail', n.detail)
                   || CASE WHEN n.ok THEN '{}' ELSE jsonb_build_object('whatToDo', n.what_to_do) END
            FROM now_so AS n
            ORDER BY n.name
        )
        SELECT count(*)::integer FROM recorded
        """
    let changes: [HealthChange]

    /// Records those of these that are still changes.
    package init(_ changes: [HealthChange]) { self.changes = changes }

    package func bind(_ parameters: inout Parameters) {
        var rules = ArrayParameter(.text)
        var states = ArrayParameter(.bool)
        for change in changes {
            rules.append(change.rule)
            states.append(change.isOK)
        }
        parameters.append(rules)
        parameters.append(states)
    }

    /// How many were recorded.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int32 {
        try rows.single { row throws(PostgresError) in try row.int32() }
    }
}
