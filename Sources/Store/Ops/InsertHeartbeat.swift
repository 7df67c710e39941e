import PostgresClient

/// Adds a sign of life. Append-only: under a held snapshot an updated row's version chain would grow without end.
public struct InsertHeartbeat: Statement {
    /// The statement.
    public static let sql = """
        INSERT INTO ops.process (process_id, executable, version, host, pid, started_at, claimed, stopping)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """
    let heartbeat: Heartbeat

    /// Adds this one.
    public init(_ heartbeat: Heartbeat) { self.heartbeat = heartbeat }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        let process = heartbeat.process
        parameters.append(uuid: process.id)
        parameters.append(process.executable)
        parameters.append(process.version)
        parameters.append(process.host)
        parameters.append(process.pid)
        parameters.append(timestamptz: process.startedAt.microseconds)
        parameters.append(heartbeat.claimed)
        parameters.append(heartbeat.isStopping)
    }
}
