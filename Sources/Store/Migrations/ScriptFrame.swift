/// The lines `BEGIN;` and `COMMIT;` around a file, by which plain `psql -f` applies it whole or not at all.
///
/// The migrator runs the file in a transaction of its own, with a lock and a record in it, so it takes the frame off.
enum ScriptFrame {
    private static let newline = UInt8(ascii: "\n")

    /// The text without its frame; blank lines stand in its place, so that the server's line numbers are the file's.
    ///
    /// The frame's lines begin in the first column; before the first and after the last come only blank lines and
    /// `--` comments. A second such line, or a `ROLLBACK;`, would end the migrator's transaction early.
    static func strip(_ text: String, path: String, isRequired: Bool) throws(MigrationProblem) -> String {
        var lines = text.utf8.split(separator: newline, omittingEmptySubsequences: false)
        let controls = lines.indices.filter { control(lines[$0]) != nil }
        if controls.isEmpty, !isRequired { return text }
        let significant = lines.indices.filter { isSignificant(lines[$0]) }
        guard let first = significant.first, let last = significant.last,
            control(lines[first]) == "BEGIN;", control(lines[last]) == "COMMIT;"
        else { throw .frameMissing(path: path) }
        if let third = controls.first(where: { $0 != first && $0 != last }) {
            throw .frameBroken(path: path, line: third + 1)
        }
        lines[first] = lines[first].prefix(0)
        lines[last] = lines[last].prefix(0)
        return String(decoding: Array(lines.joined(separator: CollectionOfOne(newline))), as: UTF8.self)
    }

    /// The line in upper case, if it is one that begins or ends a transaction.
    private static func control(_ line: Substring.UTF8View) -> String? {
        guard line.count <= 64 else { return nil }
        let end = line.lastIndex { !isSpace($0) }.map { line.index(after: $0) } ?? line.startIndex
        let word = Substring(line[..<end]).uppercased()
        return ["BEGIN;", "COMMIT;", "ROLLBACK;"].contains(word) ? word : nil
    }

    /// Whether the line is neither blank nor a comment.
    private static func isSignificant(_ line: Substring.UTF8View) -> Bool {
        let start = line.drop(while: isSpace)
        return !start.isEmpty && !start.starts(with: "--".utf8)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
