import Glibc

/// What is in a spool's folder, read without taking or changing anything.
public struct SpoolListing: Sendable {
    /// One file.
    public struct Entry: Sendable {
        /// Its name.
        public var name: String
        /// Its size in bytes.
        public var bytes: Int
        /// Whether it waits to be drained; else it was set aside.
        public var waits: Bool
        /// Whether it is one webhook that Postgres refused.
        public var isRefused: Bool
        /// What is in it.
        public var survey: SegmentSurvey
    }

    /// In the order in which they are drained, then what was set aside.
    public let entries: [Entry]
    /// Whether a process works on it now, so that what it writes while we read may look cut off.
    public let isInUse: Bool

    /// Reads a folder.
    public init(path: String) throws(SpoolFailure) {
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
