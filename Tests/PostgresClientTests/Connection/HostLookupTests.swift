import Glibc
import Synchronization
import TestSupport
import Testing

@testable import PostgresClient

@Suite struct `A host's name is looked up within the connection's time` {
    @Test func `a resolver that hangs ends the wait, not more, and is asked once at a time`() async throws {
        let asked = Atomic<Int>(0)
        let isAnswering = Atomic<Bool>(false)
        let name = "hangs.\(UInt64.random(in: 0...UInt64.max))"
        defer { isAnswering.store(true, ordering: .releasing) }
        let ask: @Sendable (String) -> HostLookup.Answer = { _ in
            asked.add(1, ordering: .relaxed)
            while !isAnswering.load(ordering: .acquiring) { Deadline.in(.milliseconds(1)).blockThread() }
            return .success(["192.0.2.1", "2001:db8::1"])
        }
        let addresses = try await OwnThread().run {
            for _ in 0..<3 {
                let error = #expect(throws: PostgresError.self) {
                    try HostLookup.addresses(of: name, until: .in(.milliseconds(20)), asking: ask)
                }
                #expect(error?.reason == .deadlinePassed && error?.effect == PostgresError.Effect.none)
            }
            // Its thread may be late to begin.
            let end = Deadline.far
            while asked.load(ordering: .relaxed) == 0, !end.hasPassed { Deadline.in(.milliseconds(1)).blockThread() }
            #expect(asked.load(ordering: .relaxed) == 1)
            isAnswering.store(true, ordering: .releasing)
            return try HostLookup.addresses(of: name, until: .far, asking: ask)
        }
        #expect(addresses == ["192.0.2.1", "2001:db8::1"])
    }

    @Test func `an answer is asked for anew the next time`() async throws {
        let asked = Atomic<Int>(0)
        let name = "moves.\(UInt64.random(in: 0...UInt64.max))"
        try await OwnThread().run {
            for number in 1...3 {
                let addresses = try HostLookup.addresses(of: name, until: .far) { _ in
                    .success(["192.0.2.\(asked.add(1, ordering: .relaxed).newValue)"])
                }
                #expect(addresses == ["192.0.2.\(number)"])
            }
        }
    }

    @Test func `a name leads to the server by whichever of its addresses answers`() async throws {
        let proxy = try Proxy()
        defer { proxy.close() }
        try await withTestDatabase(migrated: false) { database in
            // The proxy listens on IPv4 only; many machines have ::1 for this name, too, and before it.
            let text = "host=localhost port=\(proxy.port) dbname=\(database.name) user=postgres sslmode=disable"
            let address = try await OwnThread().run {
                let connection = try Connection.open(ConnectionConfiguration(connectionString: text), deadline: .far)
                defer { connection.close() }
                return try connection.run(BackendNumber(), deadline: .far)
            }
            #expect(address > 0)
            #expect(proxy.connectionCount == 1)
        }
    }

    @Test(arguments: [
        ("db", true), ("db.example.com", true), ("127.0.0.1", false), ("::1", false), ("/run/postgresql", false),
        ("@abstract", false), ("", false), ("256.1.1.1", true),
    ])
    func `only names are looked up`(host: String, isName: Bool) {
        #expect(HostLookup.isName(host) == isName)
    }
}
