import PostgresClient

/// Adds a sign of life. Append-only: under a held snapshot an updated row's version chain would grow without end.
///
/// Waits for no standby (``LocalCommit``), unless it is to vouch: that earlier commits can be seen now is known only of
/// one that waited for whatever they waited for.
package struct InsertHeartbeat: Statement {
    package static let sql = """
        INSERT INTO ops.process (process_id, executable, version, host, pid, started_at, claimed, stopping, told_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
        FROM pg_catalog.set_config(
            'synchronous_commit',
            CASE WHEN $10 THEN pg_catalog.current_setting('synchronous_commit') ELSE 'local' END, true)
        """
    let heartbeat: Heartbeat
    let vouches: Bool

    /// Adds this one; `vouches` where its end is to show that commits before it have ended, too.
    package init(_ heartbeat: Heartbeat, vouches: Bool = false) {
        self.heartbeat = heartbeat
        self.vouches = vouches
    }

    package func bind(_ parameters: inout Parameters) {
        let process = heartbeat.process
        parameters.append(uuid: process.id)
        parameters.append(process.executable)
        parameters.append(process.version)
        parameters.append(process.host)
        parameters.append(process.pid)
        parameters.append(timestamptz: process.startedAt.microseconds)
        parameters.append(heartbeat.claimed)
        parameters.append(heartbeat.isStopping)
        parameters.append(timestamptz: heartbeat.toldAt.microseconds)
        parameters.append(vouches)
    }
}

extension ConnectionPool {
    /// Adds this sign of life, within the time that one has: ``Heartbeat/vouchTimeout`` where it is to vouch, otherwise
    /// ``Heartbeat/timeout``.
    package func tell(_ heartbeat: Heartbeat, vouches: Bool = false) async throws {
        try await run(
            InsertHeartbeat(heartbeat, vouches: vouches),
            timeout: vouches ? Heartbeat.vouchTimeout : Heartbeat.timeout)
    }
}
