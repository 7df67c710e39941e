/// Where and how to connect.
public struct ConnectionConfiguration: Sendable {
    /// A libpq connection URI or keyword string (PostgreSQL manual, section 34.1.1); several hosts may be listed. May hold
    /// a password: never logged.
    ///
    /// Where neither it nor libpq's `PGTARGETSESSIONATTRS` says `target_session_attrs`, standbys are passed by; `any`
    /// takes them, too.
    public var connectionString: String
    /// What `pg_stat_activity.application_name` shows. Defaults to `postroom`.
    public var applicationName: String
    /// The time that one host gets before the next is tried. Defaults to 3 seconds.
    public var hostTimeout: Duration
    /// Replaces the user of the string; nil leaves it.
    public var user: String?
    /// Replaces the database of the string; nil leaves it.
    public var database: String?

    /// Makes a configuration.
    public init(
        connectionString: String, applicationName: String = "postroom", hostTimeout: Duration = .seconds(3),
        user: String? = nil, database: String? = nil
    ) {
        self.connectionString = connectionString
        self.applicationName = applicationName
        self.hostTimeout = hostTimeout
        self.user = user
        self.database = database
    }

    /// Whether libpq can read a connection string; its hosts are tried only when they are connected to.
    public static func canRead(_ connectionString: String) -> Bool {
        (try? Hosts(ConnectionConfiguration(connectionString: connectionString))) != nil
    }
}
