import Domain
import Foundation
import Glibc
import PostgresClient
import TestSupport
import Testing

@testable import Ingress

@Suite struct SpoolWriterTests {
    @Test func `what is answered is on disk, in order, in files nobody else can read`() async throws {
        try await withSpoolFolder { folder in
            let path = "\(folder)/deeper/spool"
            let webhooks = (0..<500).map { SpoolWebhooks.make($0) }
            try await SpoolBed.run(SpoolBed.configuration(path)) { bed in
                try await bed.submit(webhooks)
                #expect(bed.answers.stored == Set(webhooks.map(\.id)))
                #expect(try webhooksOnDisk(path).map(\.everything) == webhooks.map(\.everything))
                let status = bed.spool.status
                #expect(status.webhooks == 500 && status.spooled == 500 && status.drained == 0)
                #expect(status.oldest == webhooks[0].receivedAt)
                #expect(status.bytes == SpoolWebhooks.segment(webhooks).count)
                #expect(Self.mode(path) == 0o700)
                let names = try FileManager.default.contentsOfDirectory(atPath: path)
                #expect(names.count == 2, "a segment and the lock")
                for name in names { #expect(Self.mode("\(path)/\(name)") == 0o600, "\(name)") }
            }
        }
    }

    @Test func `a folder that was open to others is closed to them`() throws {
        try withSpoolFolder { folder in
            chmod(folder, 0o755)
            _ = try Spool(making: SpoolBed.configuration(folder))
            #expect(Self.mode(folder) == 0o700)
        }
    }

    @Test func `segments end at their size, and the next process begins a new one`() async throws {
        try await withSpoolFolder { folder in
            var configuration = SpoolBed.configuration(folder)
            configuration.segmentBytesMax = 10_000
            configuration.groupItemsMax = 10
            let webhooks = (0..<300).map { SpoolWebhooks.make($0, bodyBytes: 100) }
            try await SpoolBed.run(configuration) { try await $0.submit(Array(webhooks.prefix(150))) }
            let before = try SpoolFolder(path: folder).files()
            #expect(before.count > 2 && before.allSatisfy { $0.bytes < 15_000 })
            try await SpoolBed.run(configuration) { try await $0.submit(Array(webhooks.suffix(150))) }
            let after = try SpoolFolder(path: folder).files()
            #expect(after.prefix(before.count).map(\.bytes) == before.map(\.bytes), "what was there is as it was")
            #expect(try webhooksOnDisk(folder).map(\.id) == webhooks.map(\.id))
        }
    }

    @Test func `full, it refuses, is not ready, and keeps what it has`() async throws {
        try await withSpoolFolder { folder in
            let configuration = SpoolBed.configuration(folder, bytesMax: 100_000)
            try await SpoolBed.run(configuration) { bed in
                try await eventually(within: .seconds(60), "it is ready") { bed.readiness.isReady }
                let webhooks = (0..<200).map { SpoolWebhooks.make($0, bodyBytes: 1_000) }
                try await bed.submit(webhooks)
                let stored = bed.answers.stored
                #expect((60...90).contains(stored.count))
                #expect(Set(try webhooksOnDisk(folder).map(\.id)) == stored)
                #expect(bed.spool.status.bytes <= 100_000)
                #expect(!bed.readiness.isReady && bed.readiness.obstacles == ["database", "spool"])
                // With Postgres there nothing needs the spool.
                bed.health.set(database: true)
                #expect(bed.readiness.isReady)
                #expect(bed.readiness.remarks == ["the spool is full or cannot be written"])
            }
        }
    }

    @Test func `a folder that cannot be written refuses, and is used again once it can be`() async throws {
        try await withSpoolFolder { folder in
            let path = "\(folder)/spool"
            try await SpoolBed.run(SpoolBed.configuration(path)) { bed in
                try await bed.submit([SpoolWebhooks.make(0)])
                // Root may write everywhere; a folder that is not there is what it cannot write either.
                #expect(rename(path, "\(folder)/elsewhere") == 0)
                var configuration = bed.spool.configuration
                configuration.segmentBytesMax = 1
                let more = (1..<50).map { SpoolWebhooks.make($0, bodyBytes: 400_000) }
                try await bed.submit(more)
                #expect(bed.answers.stored.count < 40, "the open segment is still there, a new one cannot be made")
                try await eventually(within: .seconds(60), "it is not ready") { !bed.readiness.isReady }
                #expect(rename("\(folder)/elsewhere", path) == 0)
                try await eventually(within: .seconds(60), "it takes webhooks again") {
                    let next = SpoolWebhooks.make(Int.random(in: 1_000...1_000_000))
                    try await bed.submit([next])
                    return bed.answers.stored.contains(next.id)
                }
                #expect(bed.answers.stored.isSubset(of: Set(try webhooksOnDisk(path).map(\.id))))
            }
        }
    }

    @Test func `a segment that somebody deletes takes no webhook more, and the next one does`() async throws {
        try await withSpoolFolder { folder in
            try await SpoolBed.run(SpoolBed.configuration(folder)) { bed in
                try await bed.submit((0..<3).map { SpoolWebhooks.make($0) })
                #expect(unlink(bed.spool.folder.segmentPath(1)) == 0)
                let lost = bed.answers.stored
                try await bed.submit([SpoolWebhooks.make(3)])
                #expect(bed.answers.stored == lost, "what is written to a file without a name is not durable")
                try await eventually(within: .seconds(60), "it takes webhooks again") {
                    let next = SpoolWebhooks.make(Int.random(in: 1_000...1_000_000))
                    try await bed.submit([next])
                    return bed.answers.stored.contains(next.id)
                }
                #expect(Set(try webhooksOnDisk(folder).map(\.id)) == bed.answers.stored.subtracting(lost))
            }
        }
    }

    @Test func `two processes never use one folder at once`() throws {
        try withSpoolFolder { folder in
            let configuration = SpoolBed.configuration(folder)
            do {
                let first = try Spool(making: configuration)
                let failure = #expect(throws: SpoolFailure.self) { try Spool(making: configuration) }
                #expect(failure?.reason == .inUse)
                #expect(failure?.description.contains("POSTROOM_SPOOL_DIR") == true)
                withExtendedLifetime(first) {}
            }
            _ = try Spool(making: configuration)
        }
    }

    @Test func `whoever is just going is waited for`() throws {
        try withSpoolFolder { folder in
            let spool = SpoolFolder(path: folder)
            let name = "/\(URL(fileURLWithPath: folder).lastPathComponent)/lock"
            let first = try spool.lock()
            Thread.detachNewThread {
                // Once the other one has the file open as well, it is at the lock or about to be.
                let end = Deadline.in(.seconds(60))
                while openCount(of: name) < 2, !end.hasPassed { sched_yield() }
                close(first)
            }
            close(try spool.lock())
        }
    }

    @Test func `a place that cannot be a folder of ours is refused at the start`() throws {
        try withSpoolFolder { folder in
            try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
            let file = #expect(throws: SpoolFailure.self) {
                try Spool(making: SpoolBed.configuration("\(folder)/file"))
            }
            #expect(file?.reason == .system(ENOTDIR))
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/link", withDestinationPath: "\(folder)/file")
            let link = #expect(throws: SpoolFailure.self) {
                try Spool(making: SpoolBed.configuration("\(folder)/link"))
            }
            #expect(link?.reason == .system(ENOTDIR))
        }
    }

    private static func mode(_ path: String) -> mode_t {
        var status = stat()
        lstat(path, &status)
        return status.st_mode & 0o777
    }
}

/// How many descriptors this process has of the file whose path ends so.
private func openCount(of name: String) -> Int {
    let folder = "/proc/self/fd"
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return descriptors.count {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)"))?.hasSuffix(name) == true
    }
}
