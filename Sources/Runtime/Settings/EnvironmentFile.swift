import Glibc

/// A file of settings: `KEY=VALUE` a line, `#` starts a comment line, blank lines are skipped.
///
/// Spaces around key and value are cut off, and one pair of quotes around a value, single or double. There is no
/// other quoting, no expansion and no continuation line.
struct EnvironmentFile {
    /// The largest file that is read, in bytes.
    static let bytesMax = 1_048_576

    /// The values by key; of a key given twice, the last one.
    var values: [String: String] = [:]
    /// The numbers of lines that are not `KEY=VALUE`, from 1.
    var malformedLines: [Int] = []

    /// Reads the lines of a file's content.
    init(parsing content: String) {
        let lines = content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let line = line.trimmedOfSpaces()
            if line.isEmpty || line.hasPrefix("#") { continue }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = parts[0].trimmedOfSpaces()
            guard parts.count == 2, !key.isEmpty, !key.contains(where: \.isWhitespace) else {
                malformedLines.append(index + 1)
                continue
            }
            values[String(key)] = Self.unquoted(parts[1].trimmedOfSpaces())
        }
    }

    /// The file's content as text, or a sentence's end that says why there is none. Blocks on the file system.
    static func content(ofFile path: String) -> Result<String, ReadFailure> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(ReadFailure(reason: errorText(errno))) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return .failure(ReadFailure(reason: errorText(errno))) }
            if count == 0 { break }
            bytes.append(contentsOf: chunk.prefix(count))
            guard bytes.count <= bytesMax else {
                return .failure(ReadFailure(reason: "is larger than \(bytesMax) bytes"))
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return .failure(ReadFailure(reason: "is not UTF-8 text"))
        }
        return .success(text)
    }

    /// Why a file could not be read.
    struct ReadFailure: Error, Equatable {
        /// The end of a sentence that begins with the path.
        var reason: String
    }

    private static func unquoted(_ value: Substring) -> String {
        for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
            return String(value.dropFirst().dropLast())
        }
        return String(value)
    }

    private static func errorText(_ code: Int32) -> String {
        "cannot be read (\(String(cString: strerror(code))))"
    }
}

extension StringProtocol {
    /// The text without white space at its ends.
    func trimmedOfSpaces() -> SubSequence {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? start
        return self[start..<end]
    }
}
