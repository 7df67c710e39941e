import Foundation

/// A file that a command is told to read.
enum BoundedFile {
    /// Reads all of a file that is no longer than `bytesMax`.
    ///
    /// - Throws: why it cannot be read, in a sentence.
    static func read(_ path: String, bytesMax: Int) throws(CommandFailure) -> Data {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure("Cannot read \(path): is it there, and may you read it?")
        }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: bytesMax + 1) ?? Data() else {
            throw CommandFailure("Cannot read \(path): it is no file.")
        }
        guard data.count <= bytesMax else { throw CommandFailure("\(path) is longer than \(bytesMax) bytes.") }
        return data
    }
}
