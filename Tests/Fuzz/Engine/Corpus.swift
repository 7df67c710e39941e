import Foundation

/// The committed inputs that mutation starts from: documents' literal examples, and what was found once.
enum Corpus {
    /// Beside the sources.
    static let defaultFolder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Corpus").path

    /// A target's inputs in the order of their file names.
    static func inputs(of target: String, in folder: String) -> [[UInt8]] {
        let path = "\(folder)/\(target)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.sorted().compactMap { FileManager.default.contents(atPath: "\(path)/\($0)").map { [UInt8]($0) } }
    }
}
