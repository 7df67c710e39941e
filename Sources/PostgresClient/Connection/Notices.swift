import CLibpq
import Glibc

/// Watches the warnings that arrive beside results; confined to the connection's thread.
final class Notices {
    /// Whether a warning since the last reset takes back the commit it came with.
    private(set) var takesCommitBack = false

    func reset() { takesCommitBack = false }

    /// Makes the connection report to this object, which must live as long as the connection, or until ``detach(from:)``.
    func attach(to connection: OpaquePointer) {
        PQsetNoticeReceiver(
            connection,
            { raw, result in
                guard let raw, let result, Notices.takesCommitBack(result) else { return }
                Unmanaged<Notices>.fromOpaque(raw).takeUnretainedValue().takesCommitBack = true
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Makes the connection report to nobody: without a receiver libpq would write to standard error, among the lines of
    /// the log.
    static func detach(from connection: OpaquePointer) { PQsetNoticeReceiver(connection, { _, _ in }, nil) }

    /// A cancelled wait for a synchronous standby: WARNING 01000 from syncrep.c (seen with PostgreSQL 15.18; the text
    /// is translated, the file's name is not). `RAISE WARNING` has the same code and comes from pl_exec.c: it says
    /// nothing about the commit. A server that does not name the file is not trusted.
    private static func takesCommitBack(_ notice: OpaquePointer) -> Bool {
        guard let state = PQresultErrorField(notice, Int32(UInt8(ascii: "C"))), strncmp(state, "01", 2) == 0 else {
            return false
        }
        guard let file = PQresultErrorField(notice, Int32(UInt8(ascii: "F"))) else { return true }
        return strcmp(file, "syncrep.c") == 0
    }
}
