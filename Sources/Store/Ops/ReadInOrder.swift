import PostgresClient

/// Makes the reads of this transaction follow an index in the order that they ask for.
///
/// A list then reads only its next rows, from an index that has them in its order. Otherwise the planner may gather all
/// rows by some index and sort them for the first few, where statistics say that there are not many, as for an account
/// that had hardly any yesterday. Parallel workers would read ahead, too.
package struct ReadInOrder: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT pg_catalog.set_config('enable_sort', 'off', true),
               pg_catalog.set_config('enable_incremental_sort', 'off', true),
               pg_catalog.set_config('max_parallel_workers_per_gather', '0', true)
        """

    /// For this transaction.
    package init() {}
}
