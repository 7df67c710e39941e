import Foundation
import Testing

@testable import Receiving

@Suite struct `A trace of what is being parsed` {
    @Test func `stands while it is parsed and is gone afterwards`() throws {
        let folder = try TemporaryFolder()
        let file = try BreadcrumbFolder(path: folder.path, database: "test").take()
        #expect(file.leftovers == [])
        let seen = file.trail(0).parsing(41, alone: false) {
            file.trail(63).parsing(42, alone: true) { file.leftovers }
        }
        #expect(seen.map(\.seq) == [41, 42])
        #expect(seen.map(\.wasAlone) == [false, true])
        #expect(file.leftovers == [])
    }

    @Test func `has its place on the disk from the start, so that a full one is told then, and no note dies of it`()
        throws
    {
        let folder = try TemporaryFolder()
        let file = try BreadcrumbFolder(path: folder.path, database: "test").take()
        let inner = try #require(FileManager.default.contentsOfDirectory(atPath: folder.path).first)
        var status = stat()
        #expect(stat("\(folder.path)/\(inner)/parsing-0", &status) == 0)
        #expect(status.st_size == 64 * 8)
        #expect(status.st_blocks > 0)
        withExtendedLifetime(file) {}
    }

    @Test func `each worker has a place of its own, also one with a number out of bounds`() throws {
        let folder = try TemporaryFolder()
        let file = try BreadcrumbFolder(path: folder.path, database: "test").take()
        #expect(file.trail(-1).parsing(7, alone: false) { file.leftovers }.map(\.seq) == [7])
        #expect(file.trail(1_000).parsing(8, alone: false) { file.leftovers }.map(\.seq) == [8])
    }

    @Test func `a living owner keeps its file: another process takes the next, and nobody reads it`() throws {
        let folder = try TemporaryFolder()
        let first = try BreadcrumbFolder(path: folder.path, database: "test").take()
        let second = try BreadcrumbFolder(path: folder.path, database: "test").take()
        let others = first.trail(0).parsing(5, alone: false) {
            try? BreadcrumbFolder(path: folder.path, database: "test").abandoned().count
        }
        #expect(others == 0)
        #expect(second.leftovers == [])
    }

    @Test func `queue numbers of one database mean nothing in another`() throws {
        let folder = try TemporaryFolder()
        try BreadcrumbFolder(path: folder.path, database: "one").leave([trace(6, alone: false)])
        #expect(try BreadcrumbFolder(path: folder.path, database: "two").abandoned().isEmpty)
        #expect(try BreadcrumbFolder(path: folder.path, database: "two").take().leftovers == [])
        #expect(try BreadcrumbFolder(path: folder.path, database: "one").take().leftovers.map(\.seq) == [6])
    }

    @Test func `nobody else may read or have made what is in the folder`() throws {
        let folder = try TemporaryFolder()
        let state = "\(folder.path)/state"
        let file = try BreadcrumbFolder(path: state, database: "test").take()
        let inner = try #require(FileManager.default.contentsOfDirectory(atPath: state).first)
        for path in [state, "\(state)/\(inner)", "\(state)/\(inner)/parsing-0"] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect((mode ?? 0o777) & 0o077 == 0)
        }
        // A link that somebody put there first is not followed for the file.
        let target = "\(folder.path)/target"
        #expect(FileManager.default.createFile(atPath: target, contents: nil))
        try FileManager.default.createSymbolicLink(
            atPath: "\(state)/\(inner)/parsing-1", withDestinationPath: target)
        #expect(throws: BreadcrumbFailure.self) { try BreadcrumbFolder(path: state, database: "test").take() }
        withExtendedLifetime(file) {}
    }

    @Test func `the state folder may be a link of our own, as systemd makes one`() throws {
        let folder = try TemporaryFolder()
        let state = "\(folder.path)/state"
        let link = "\(folder.path)/link"
        try BreadcrumbFolder(path: state, database: "test").leave([trace(6, alone: false)])
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: state)
        #expect(try BreadcrumbFolder(path: link, database: "test").take().leftovers.map(\.seq) == [6])
    }

    @Test func `a folder that cannot be used is told by its path, and what to do`() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/no/such"
        let failure = #expect(throws: BreadcrumbFailure.self) { try BreadcrumbFolder(path: path, database: "test") }
        #expect(failure?.description.contains(path) == true)
        #expect(failure?.description.contains("POSTROOM_STATE_DIR") == true)
    }

    @Test func `what a killed process was parsing is found, and forgotten when cleared`() async throws {
        let folder = try TemporaryFolder()
        // The child inherits it; an exit test's body cannot capture.
        setenv("POSTROOM_TEST_TRAIL", folder.path, 1)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let path = try #require(getenv("POSTROOM_TEST_TRAIL").map { String(cString: $0) })
            let file = try BreadcrumbFolder(path: path, database: "test").take()
            file.trail(1).parsing(998, alone: false) {}
            file.trail(3).parsing(999, alone: true) { _ = kill(getpid(), SIGKILL) }
        }
        await #expect(processExitsWith: .failure) {
            let path = try #require(getenv("POSTROOM_TEST_TRAIL").map { String(cString: $0) })
            // The first file holds what the first child left; a second process starts beside it.
            let folder = try BreadcrumbFolder(path: path, database: "test")
            let held = try folder.take()
            let file = try folder.take()
            let numbers = [1, 2, 3].filter { $0 > getpid() }
            _ = held.leftovers
            file.trail(0).parsing(1_000, alone: false) { print(numbers[0]) }
        }
        let state = try BreadcrumbFolder(path: folder.path, database: "test")
        let left = try state.abandoned()
        #expect(left.map { $0.leftovers.map(\.seq) } == [[999], [1_000]])
        #expect(left.map { $0.leftovers.map(\.wasAlone) } == [[true], [false]])
        // Whoever looks holds it: no other does the same work.
        #expect(try state.abandoned().isEmpty)
        left[0].clear()
        #expect(left[0].leftovers == [])
    }

    @Test func `cleared traces stay cleared for the next process`() throws {
        let folder = try TemporaryFolder()
        let state = try BreadcrumbFolder(path: folder.path, database: "test")
        try state.leave([trace(77, alone: false)])
        do {
            let found = try state.abandoned()
            #expect(found.map { $0.leftovers.map(\.seq) } == [[77]])
            found[0].clear()
        }
        #expect(try state.leftovers == [])
    }

    @Test func `every cell of a damaged file is a trace or none`() {
        #expect(BreadcrumbFile.Leftover(cell: 0) == nil)
        for cell in [.min, .min + 1, -1, 1, .max] as [Int64] {
            let leftover = BreadcrumbFile.Leftover(cell: cell)
            #expect(leftover.map { $0.seq > 0 && $0.wasAlone == (cell < 0) } == true)
        }
    }
}
