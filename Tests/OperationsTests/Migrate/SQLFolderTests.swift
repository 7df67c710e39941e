import Foundation
import Store
import TestSupport
import Testing

@testable import Operations

struct SQLFolderTests {
    /// Empty folders and files below a temporary one, links in it resolved.
    private func withTree<Result>(_ files: [String], _ body: (String) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("postroom-tree-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        for file in files {
            let target = url.appendingPathComponent(file)
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: target)
        }
        return try body(url.path)
    }

    @Test(arguments: [
        (["a/b/c/postroom", "a/sql/0001_x.sql"], "a/sql"),
        (["a/b/c/postroom", "a/b/c/sql/0001_x.sql", "a/sql/0001_x.sql"], "a/b/c/sql"),
        (["a/b/c/postroom", "a/b/sql/other.sql", "a/sql/0001_x.sql"], "a/sql"),
        (["a/b/c/postroom", "a/b/share/postroom/sql/0001_x.sql"], "a/b/share/postroom/sql"),
        (["a/b/c/postroom", "a/b/share/postroom/sql/0001_x.sql", "sql/0001_x.sql"], "sql"),
    ])
    func `it is found from the executable`(files: [String], expected: String) throws {
        try withTree(files) { root in
            let found = try SQLFolder.find(option: nil, environment: [:], executable: "\(root)/a/b/c/postroom")
            #expect(found.path == "\(root)/\(expected)")
        }
    }

    @Test func `the option goes before the variable, and the variable before the search`() throws {
        try withTree(["bin/postroom", "sql/0001_x.sql", "one/0001_x.sql", "two/0001_x.sql"]) { root in
            func find(_ option: String?, _ variable: String) throws -> String {
                try SQLFolder.find(
                    option: option, environment: ["POSTROOM_SQL_DIR": variable], executable: "\(root)/bin/postroom"
                ).path
            }
            let found = try [find("\(root)/one", "\(root)/two"), find(nil, "\(root)/two/"), find(nil, "")]
            #expect(found == ["\(root)/one", "\(root)/two", "\(root)/sql"])
        }
    }

    @Test func `a folder that is named and holds nothing is not searched past`() throws {
        try withTree(["bin/postroom", "sql/0001_x.sql", "one/readme"]) { root in
            #expect(throws: SQLFolderFailure.notAFolder(path: "\(root)/one", origin: "--sql-dir")) {
                try SQLFolder.find(option: "\(root)/one", environment: [:], executable: "\(root)/bin/postroom")
            }
            #expect(throws: SQLFolderFailure.notAFolder(path: "\(root)/none", origin: "POSTROOM_SQL_DIR")) {
                try SQLFolder.find(
                    option: nil, environment: ["POSTROOM_SQL_DIR": "\(root)/none"], executable: "\(root)/bin/postroom")
            }
        }
    }

    @Test func `where it is nowhere the sentence says where it was looked for`() throws {
        try withTree(["bin/postroom"]) { root in
            let failure = #expect(throws: SQLFolderFailure.self) {
                try SQLFolder.find(option: nil, environment: [:], executable: "\(root)/bin/postroom")
            }
            #expect(failure == .notFound(executable: "\(root)/bin/postroom"))
            #expect(failure?.description.contains("--sql-dir or POSTROOM_SQL_DIR") == true)
        }
    }

    @Test func `the checksum is SHA-256 of the bytes, in hex`() {
        // FIPS 180-2, appendix B.1.
        #expect(
            SQLFolder.checksum(of: Data("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test(arguments: [[0x2D, 0x2D, 0xFF], [0x2D, 0x2D, 0x00, 0x0A]] as [[UInt8]])
    func `a file that is no text is refused`(bytes: [UInt8]) throws {
        try withTree(["sql/0001_x.sql"]) { root in
            let path = "\(root)/sql/0001_x.sql"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            #expect(throws: SQLFolderFailure.notText(path: path)) { try SQLFolder(path: "\(root)/sql").read() }
        }
    }

    @Test func `a file that is too large is not read`() throws {
        try withTree(["sql/0001_x.sql"]) { root in
            let path = "\(root)/sql/0001_x.sql"
            try Data(count: SQLFolder.fileBytesMax + 1).write(to: URL(fileURLWithPath: path))
            #expect(throws: SQLFolderFailure.fileTooLarge(path: path)) { try SQLFolder(path: "\(root)/sql").read() }
        }
    }

    @Test func `what does not fit is told with the folder`() async throws {
        try await withScripts { scripts in
            try scripts.write("0002_two.sql", nil)
            let problem = MigrationProblem.numberMissing(number: 2, before: "0003_three.sql")
            #expect(throws: SQLFolderFailure.problem(problem, folder: scripts.path)) {
                try SQLFolder(path: scripts.path).read()
            }
        }
    }
}
