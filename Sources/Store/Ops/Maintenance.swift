import Domain
import PostgresClient

/// What maintenance did to one day of the inbox.
public struct DayUpkeep: Sendable, Equatable {
    /// The UTC day; nil where the outcome is about all of them.
    public var day: CivilDate?
    /// A stable word; see the function's comment in `sql/0006_partitions.sql`.
    public var outcome: String
    /// Rows moved or dropped with it.
    public var rowCount: Int64
    /// Why, where it was not done.
    public var detail: String?

    init(_ row: Row) throws(PostgresError) {
        day = try row.optionalDate(0).map { CivilDate(daysSinceEpoch: $0) }
        outcome = try row.text(1)
        rowCount = try row.optionalInt64(2) ?? 0
        detail = try row.optionalText(3)
    }
}

/// Makes today's partition of the inbox and those of the days ahead. Never waits for anyone longer than tens of
/// milliseconds; what could not be done is tried again at the next call.
public struct MakeInboxDays: Statement {
    /// The statement.
    public static let sql = """
        SELECT made.day, made.outcome, made.row_count, made.detail FROM inbox.make_days($1) AS made
        """
    let daysAhead: Int32

    /// Makes so many days ahead of today.
    public init(ahead daysAhead: Int32) { self.daysAhead = daysAhead }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(daysAhead) }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> [DayUpkeep] {
        try rows.map { row throws(PostgresError) in try DayUpkeep(row) }
    }
}

/// Drops days of the inbox past their retention of which nothing waits.
public struct PruneInbox: Statement {
    /// The statement.
    public static let sql = """
        SELECT pruned.day, pruned.outcome, pruned.row_count, pruned.detail FROM inbox.prune($1) AS pruned
        """
    let retention: Duration

    /// Drops what is older than this.
    public init(retention: Duration) { self.retention = retention }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(interval: retention) }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> [DayUpkeep] {
        try rows.map { row throws(PostgresError) in try DayUpkeep(row) }
    }
}

/// Folds counts into one row a source, day and kind. One process at a time; the others do nothing.
public struct FoldTally: Statement {
    /// The statement.
    public static let sql = "SELECT queue.fold_tally($1)"
    let rowsMax: Int32

    /// Folds up to so many rows.
    public init(rowsMax: Int32) { self.rowsMax = rowsMax }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(rowsMax) }

    /// How many rows were folded.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.optionalInt64(0) ?? 0 }
    }
}

/// Folds counts of entries into one row a key. One process at a time; the others do nothing.
public struct FoldOutboxTally: Statement {
    /// The statement.
    public static let sql = "SELECT outbox.fold_tally($1)"
    let rowsMax: Int32

    /// Folds up to so many rows.
    public init(rowsMax: Int32) { self.rowsMax = rowsMax }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(rowsMax) }

    /// How many rows were folded.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.optionalInt64(0) ?? 0 }
    }
}

/// Removes signs of life that are older than a span.
public struct PruneHeartbeats: Statement {
    /// The statement.
    public static let sql = "SELECT ops.prune_heartbeats($1)"
    let keep: Duration

    /// Keeps those of the last span.
    public init(keep: Duration) { self.keep = keep }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(interval: keep) }

    /// How many were removed.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.optionalInt64(0) ?? 0 }
    }
}

/// Removes settled entries past their retention with their attempts and receipts, and parked receipts as old.
public struct PruneOutbox: Statement {
    /// The statement.
    public static let sql = "SELECT pruned.entries FROM outbox.prune($1, $2) AS pruned"
    let retention: Duration
    let rowsMax: Int32

    /// Removes up to so many entries older than this.
    public init(retention: Duration, rowsMax: Int32) {
        self.retention = retention
        self.rowsMax = rowsMax
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(interval: retention)
        parameters.append(rowsMax)
    }

    /// How many entries were removed.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.optionalInt64(0) ?? 0 }
    }
}

/// Removes notifications past their retention with their deliveries, and old rule events and deleted endpoints.
public struct PruneAlerts: Statement {
    /// The statement.
    public static let sql = "SELECT pruned.notifications FROM alert.prune($1, $2) AS pruned"
    let retention: Duration
    let rowsMax: Int32

    /// Removes up to so many of each older than this.
    public init(retention: Duration, rowsMax: Int32) {
        self.retention = retention
        self.rowsMax = rowsMax
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(interval: retention)
        parameters.append(rowsMax)
    }

    /// How many notifications were removed.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.optionalInt64(0) ?? 0 }
    }
}
