import Glibc
import TestSupport
import Testing

extension EndToEnd {
    /// A log whose reader stands still: a journal that hangs, a full disk behind a container's log.
    @Suite struct UnreadLogTests {
        @Test func `an ingress whose log nobody reads goes on answering, and ends when asked`()
            async throws
        {
            try await withStack { stack, database in
                let log = try FullPipe("\(stack.folder)/log")
                defer { log.close() }
                // So that an insert that finds the queue locked fails soon, and again.
                try await database.sql(
                    "ALTER ROLE postroom_ingress IN DATABASE \(database.name) SET lock_timeout = '100ms'")
                let ingress = try await stack.ingress(log: log.path)
                let holder = Session(database.url)
                try await holder.script("BEGIN; LOCK TABLE queue.webhook IN SHARE MODE")
                let sender = Sender(ports: [ingress.port], connections: 1)
                async let answers = sender.send([Access.onoff(id: "a", text: "")])
                try await eventually("it has something to say") {
                    let page = try await HTTPProbe.get("/metrics", port: ingress.adminPort).text
                    return page.contains(/postroom_ingress_flush_failures_total [1-9]/)
                }
                try await holder.script("COMMIT")
                await holder.close()
                let first = await answers
                #expect(first == [200])
                #expect(await sender.send([Access.onoff(id: "b", text: "")]) == [200])
                #expect(try await HTTPProbe.get("/readyz", port: ingress.adminPort).status == 200)
                #expect(await ingress.process.terminate() == .code(0))
            }
        }
    }
}

/// A named pipe that is full, and that nobody reads.
private struct FullPipe {
    let path: String
    private let readEnd: Int32
    private let writeEnd: Int32

    init(_ path: String) throws {
        self.path = path
        guard mkfifo(path, 0o600) == 0 else { throw TestSupportFailure("\(path): errno \(errno)") }
        readEnd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        writeEnd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard readEnd >= 0, writeEnd >= 0 else { throw TestSupportFailure("\(path): errno \(errno)") }
        let page = [UInt8](repeating: 0, count: 4_096)
        while write(writeEnd, page, page.count) > 0 {}
    }

    func close() {
        _ = Glibc.close(readEnd)
        _ = Glibc.close(writeEnd)
    }
}
