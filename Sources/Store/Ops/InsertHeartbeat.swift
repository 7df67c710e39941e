import Domain
import PostgresClient

/// A sign of life of one process.
public struct Heartbeat: Sendable {
    /// Random per process start.
    public var processID: UInt128
    /// The executable's name.
    public var executable: String
    /// Its version.
    public var version: String
    /// The machine.
    public var host: String
    /// The process's number there.
    public var pid: Int32
    /// When it started.
    public var startedAt: Timestamp
    /// Webhooks it has claimed since.
    public var claimed: Int64
    /// Whether it drains.
    public var isStopping: Bool

    /// Makes a sign of life.
    public init(
        processID: UInt128, executable: String, version: String, host: String, pid: Int32, startedAt: Timestamp,
        claimed: Int64, isStopping: Bool
    ) {
        self.processID = processID
        self.executable = executable
        self.version = version
        self.host = host
        self.pid = pid
        self.startedAt = startedAt
        self.claimed = claimed
        self.isStopping = isStopping
    }
}

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
        parameters.append(uuid: heartbeat.processID)
        parameters.append(heartbeat.executable)
        parameters.append(heartbeat.version)
        parameters.append(heartbeat.host)
        parameters.append(heartbeat.pid)
        parameters.append(timestamptz: heartbeat.startedAt.microseconds)
        parameters.append(heartbeat.claimed)
        parameters.append(heartbeat.isStopping)
    }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) {}
}
