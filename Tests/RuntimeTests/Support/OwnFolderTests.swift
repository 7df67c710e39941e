import Foundation
import Runtime
import Testing

@Suite struct OwnFolderTests {
    private static let nobody: uid_t = 65_534

    @Test func `a folder of ours is ours, also by a link of ours; a file, and nothing, are none`() throws {
        try withFolder { folder in
            let files = FileManager.default
            try files.createDirectory(atPath: "\(folder)/own", withIntermediateDirectories: false)
            try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
            for name in ["own", "file", "missing"] {
                try files.createSymbolicLink(atPath: "\(folder)/to-\(name)", withDestinationPath: "\(folder)/\(name)")
            }
            for (name, flaw) in [("own", nil), ("file", ENOTDIR), ("missing", ENOENT)] as [(String, Int32?)] {
                #expect(flawOfOwnFolder("\(folder)/\(name)") == flaw)
                #expect(flawOfOwnFolder("\(folder)/to-\(name)") == flaw)
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: only root can give a file away"))
    func `a folder of somebody else's is not, nor what somebody else's link leads to`() throws {
        try withFolder { folder in
            let files = FileManager.default
            for name in ["own", "other"] {
                try files.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
                try files.createSymbolicLink(atPath: "\(folder)/to-\(name)", withDestinationPath: "\(folder)/\(name)")
            }
            #expect(lchown("\(folder)/other", Self.nobody, gid_t.max) == 0)
            #expect(lchown("\(folder)/to-own", Self.nobody, gid_t.max) == 0)
            #expect(flawOfOwnFolder("\(folder)/own") == nil)
            for name in ["other", "to-other", "to-own"] { #expect(flawOfOwnFolder("\(folder)/\(name)") == EPERM) }
        }
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "postroom-own-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }
}
