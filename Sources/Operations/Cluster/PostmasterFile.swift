import Foundation

/// What a server writes of itself into `postmaster.pid` of its data folder.
///
/// Lines by number: 1 process id, 8 state. Source: PostgreSQL, src/include/utils/pidfile.h.
struct PostmasterFile {
    var pid: Int32
    private var state: String

    /// nil where there is no such file, or none of a server.
    init?(folder: String) {
        guard let text = try? String(contentsOfFile: "\(folder)/postmaster.pid", encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // A single-user backend writes its id negated.
        guard let first = lines.first, let number = Int32(first), number != 0, number > Int32.min else { return nil }
        pid = abs(number)
        state = lines.count > 7 ? lines[7].trimmingCharacters(in: .whitespaces) : ""
    }

    /// Whether the file is of this server, and it takes connections; a standby takes those that read.
    func isReady(pid: Int32) -> Bool { self.pid == pid && (state == "ready" || state == "standby") }
}
