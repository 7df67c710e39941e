import Foundation
import Glibc

/// The server of an interrupted run in our folder, and how it is ended.
///
/// Called under the folder's lock, so no other `postroom up` uses it. A process counts as the folder's only if it
/// stands in it: all of a server's processes do, and ids in a stale file may long be someone else's.
struct LeftoverServer {
    let folder: String

    /// Time for a fast shutdown, and again for an immediate one.
    private static let patience: Duration = .seconds(30)

    /// Stops a server that still runs, and removes a stale `postmaster.pid` whose id another program has by now.
    func end(progress: (String) -> Void) async throws(ClusterFailure) {
        guard FileManager.default.fileExists(atPath: folder) else { return }
        let file = PostmasterFile(folder: folder)
        var processes = ProcessStamp.running("postgres", in: folder)
        if let server = processes.first(where: { $0.pid == file?.pid }) {
            progress("Stopping the database server that an interrupted run left")
            server.signal(SIGINT)
            if await !waitForEnd(of: [server], within: Self.patience).isEmpty { server.signal(SIGQUIT) }
        }
        // Backends of a killed server end by themselves; until they have, a new one would corrupt the data.
        processes = await waitForEnd(of: processes, within: Self.patience)
        guard processes.isEmpty else { throw .stillRunning(folder: folder, pids: processes.map(\.pid)) }
        // Postgres refuses to start while the id in the file is alive, whichever program has it now. No process works
        // in this folder any more.
        if file != nil { try? FileManager.default.removeItem(atPath: "\(folder)/postmaster.pid") }
    }
}
