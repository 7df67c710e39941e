import Logging
import PostgresClient
import Store

/// Records in the queue what dead processes were parsing, and clears the files just before the commit.
///
/// A crash between the two loses one death, but a webhook that really kills will do so again. The other order could
/// count one death twice, against an innocent webhook that was being parsed when something else killed the process.
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
        let leftovers = file.leftovers
        guard !leftovers.isEmpty else { return }
        let alone = leftovers.filter(\.wasAlone).map(\.seq)
        let together = leftovers.filter { !$0.wasAlone }.map(\.seq)
        let count: Int
        do {
            count = try await pool.withConnection(timeout: .seconds(30)) { connection, deadline in
                try connection.transaction(deadline: deadline) { connection in
                    var count = try connection.run(RecordDeaths(alone, wereAlone: true), deadline: deadline)
                    count += try connection.run(RecordDeaths(together, wereAlone: false), deadline: deadline)
                    file.clear()
                    return count
                }
            }
        } catch {
            // If the commit is in doubt, the death may have been counted.
            if (error as? PostgresError)?.effect != .unknown { file.restore(leftovers) }
            throw error
        }
        log.warning("a process died while parsing", metadata: ["webhooks": "\(count)"])
    }
}
