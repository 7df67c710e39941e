import Glibc

/// What is in a spool's folder, read without taking or changing anything.
package struct SpoolListing: Sendable {
    /// One file.
    package struct Entry: Sendable {
        /// Its name.
        package var name: String
        /// Its size in bytes.
        package var bytes: Int
        /// Whether it waits to be drained; else it was set aside.
        package var waits: Bool
        /// Whether it is one webhook that Postgres refused.
        package var isRefused: Bool
        /// What is in it.
        package var survey: SegmentSurvey
    }

    /// In the order in which they are drained, then what was set aside.
    package let entries: [Entry]
    /// Whether a process works on it now, so that what it writes while we read may look cut off.
    package let isInUse: Bool

    /// Reads a folder.
    package init(path: String) throws(SpoolFailure) {
        let folder = SpoolFolder(path: path)
        let isInUse = folder.isLocked
        var entries: [Entry] = []
        for file in try folder.files() {
            let survey: SegmentSurvey
            do {
                survey = try SegmentSurvey(path: folder.path(file.name))
            } catch {
                // Drained while we looked.
                if error.reason == .system(ENOENT) { continue }
                throw error
            }
            let waits = if case .segment = file.kind { true } else { false }
            entries.append(
                Entry(
                    name: file.name, bytes: file.bytes, waits: waits, isRefused: file.kind == .refused, survey: survey))
        }
        guard !entries.isEmpty || isInUse || folder.hasLock else { throw SpoolFailure(path: path, .noSpool) }
        self.entries = entries.filter(\.waits) + entries.filter { !$0.waits }
        self.isInUse = isInUse
    }
}
