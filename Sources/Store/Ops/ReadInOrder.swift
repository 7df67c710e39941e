import PostgresClient

/// Has the reads of this transaction follow an index in the order that they ask for.
///
/// A list reads its next rows where an index has them in its order, and no others. The planner may also gather all that
/// there are, by whatever index, and sort them for the first few, where statistics say that they are not many: those of an
/// account that had hardly any yesterday. Parallel workers read ahead, too.
public struct ReadInOrder: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT pg_catalog.set_config('enable_sort', 'off', true),
               pg_catalog.set_config('enable_incremental_sort', 'off', true),
               pg_catalog.set_config('max_parallel_workers_per_gather', '0', true)
        """

    /// For this transaction.
    public init() {}
}
