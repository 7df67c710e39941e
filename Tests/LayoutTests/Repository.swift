import Foundation

/// The package as it lies on disk.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// What may lie at the top; DESIGN section 11.
    static let topLevel: Set<String> = [
        "Package.swift", "Sources", "Tests", "deploy", "sql", "README.md", ".ci", ".gitignore", ".swift-format",
    ]

    /// What tools leave there, and git ignores.
    static let ignored: Set<String> = [".git", "Package.resolved", ".swiftpm", "__pycache__"]

    static func entries(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path).sorted()
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Every Swift file below the folder, by its path from there.
    static func swiftFiles(below folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent(folder).path)
            .filter { $0.hasSuffix(".swift") }.sorted()
    }

    /// The texts of every Swift file below the folder.
    static func swiftTexts(below folder: String) throws -> [String] {
        try swiftFiles(below: folder).map { try text("\(folder)/\($0)") }
    }

    /// - Parameter names: the entries of the top folder.
    static func topLevelProblems(_ names: [String]) -> [String] {
        let present = Set(names.filter { !ignored.contains($0) && !$0.hasPrefix(".build") })
        return present.subtracting(topLevel).sorted().map { "\($0) has no place at the top" }
            + topLevel.subtracting(present).sorted().map { "\($0) is missing" }
    }
}
