import Logging
import PostgresClient
import Store

/// Writes to the queue what dead processes were parsing, and forgets it only after the commit.
///
/// A crash between the two counts one death twice; three are needed, and an innocent webhook that was being parsed when
/// something else killed the process is then tried alone, where its parse takes microseconds.
struct DeathRecorder: Sendable {
    let folder: BreadcrumbFolder
    let pool: ConnectionPool
    let log: Logger

    /// Records the leftovers of processes that died and were not started again.
    func recordAbandoned() async throws {
        for file in try folder.abandoned() { try await record(file) }
    }

    /// Records the leftovers of a file that this process has locked.
    func record(_ file: BreadcrumbFile) async throws {
        let seqs = file.leftovers
        guard !seqs.isEmpty else { return }
        let count = try await pool.run(RecordDeaths(seqs), timeout: .seconds(30))
        log.warning("a process died while parsing", metadata: ["webhooks": "\(count)"])
        file.clear()
    }
}
