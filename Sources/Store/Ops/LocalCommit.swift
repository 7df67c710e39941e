/// The commit of what may be lost in a failover, because it is said or done again: it waits for this server's disk,
/// not for a synchronous standby.
///
/// While that standby is away, a commit that waits for it ends with its client's patience, but the server's session
/// goes on waiting: what every process writes at its intervals would use up `max_connections` within minutes, and the
/// operator's own connection with it. So signs of life, folds and prunes do not wait. What a promise rests on does:
/// accepted webhooks and entries, claims, dispatches, outcomes, and whatever is made of evidence. What waits is safe
/// beside what does not: the log is one sequence, and a standby that has a commit has all that came before it.
///
/// For statements that are run outside a transaction, or in one that writes nothing else, because it is the whole
/// transaction's commit that does not wait.
enum LocalCommit {
    /// One row, for a statement's FROM.
    static let source = "pg_catalog.set_config('synchronous_commit', 'local', true)"
}
