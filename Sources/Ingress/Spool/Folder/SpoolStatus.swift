import Domain

/// What a spool holds now, and what went through it since its process started.
struct SpoolStatus: Equatable, Sendable {
    /// Webhooks that are not in Postgres yet, as far as the drain knows.
    var webhooks = 0
    /// What the files with them take, in bytes.
    var bytes = 0
    /// When the oldest of them came in; nil where there is none.
    var oldest: Timestamp?
    /// Files that are a person's affair: damaged segments and webhooks that Postgres refused, which were set aside, and
    /// segments that are missing, until the process ends.
    var filesAside = 0
    /// What those take, in bytes.
    var bytesAside = 0
    /// Webhooks that were written to it.
    var spooled = 0
    /// Webhooks that were taken out of it, each after the commit of its row, or once it was set aside.
    var drained = 0
}
