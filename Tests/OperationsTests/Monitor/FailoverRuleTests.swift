import TestSupport
import Testing

/// The rule `failover_keeps_acknowledged`, with a real standby, a receiver of the log and one who decodes it.
@Suite struct FailoverRuleTests {
    private typealias Case = (names: String, states: [String], ok: String)

    /// The standby's name: that of each test's server.
    private static let withStandby: [Case] = [
        ("", ["postroom async"], "f"),
        ("postroom", ["postroom sync"], "t"),
        ("nobody", ["postroom async"], "f"),
    ]

    private static let withStandbyAndReceiver: [Case] = [
        ("ANY 1 (pg_receivewal, postroom)", ["pg_receivewal quorum", "postroom quorum"], "f"),
        ("ANY 2 (pg_receivewal, postroom)", ["pg_receivewal quorum", "postroom quorum"], "t"),
        ("ANY 2 (pg_receivewal, nobody)", ["pg_receivewal quorum", "postroom async"], "f"),
        ("FIRST 1 (pg_receivewal, postroom)", ["pg_receivewal sync", "postroom potential"], "f"),
        ("2 (pg_receivewal, \"postroom\")", ["pg_receivewal sync", "postroom sync"], "t"),
        ("FIRST 2 (nobody, postroom)", ["pg_receivewal async", "postroom sync"], "f"),
        ("FIRST 1 (postroom, pg_receivewal)", ["pg_receivewal potential", "postroom sync"], "t"),
    ]

    /// In the first the receiver takes the standby's place: what is acknowledged now the standby has not when it is back.
    private static let withReceiver: [Case] = [
        ("FIRST 1 (postroom, pg_receivewal)", ["pg_receivewal sync"], "f"),
        ("ANY 2 (pg_receivewal, postroom)", ["pg_receivewal quorum"], "f"),
        ("pg_receivewal", ["pg_receivewal sync"], "t"),
        ("nobody", ["pg_receivewal async"], "f"),
        ("", ["pg_receivewal async"], "f"),
    ]

    private static let withNobody: [Case] = [("nobody", [], "f"), ("", [], "t")]

    private static func expect(_ cases: [Case], standbys: Int, receivers: Int, on server: TestCluster) async throws {
        for (names, states, ok) in cases {
            try await server.waitFor(names, states: states)
            let rule = try await server.sql(
                "SELECT ok, detail FROM monitor.health WHERE name = 'failover_keeps_acknowledged'"
            ).joined()
            #expect(rule.hasPrefix("\(ok)|\(standbys) standbys and \(receivers) receivers"), "\(names): \(rule)")
        }
    }

    @Test func `it is green where who one would fail over to has all that was acknowledged`() async throws {
        try await withTemporaryFolder { folder in
            try await withTestCluster(in: "\(folder)/primary") { primary in
                try await withTestStandby(of: primary, in: "\(folder)/standby") { standby in
                    try await Self.expect(Self.withStandby, standbys: 1, receivers: 0, on: primary)
                    try await primary.receiveLog(in: "\(folder)/log")
                    try await Self.expect(Self.withStandbyAndReceiver, standbys: 1, receivers: 1, on: primary)
                    #expect(
                        try await standby.sql(
                            "SELECT ok IS NULL, detail LIKE 'a standby%' FROM monitor.health "
                                + "WHERE name = 'failover_keeps_acknowledged'") == ["t|t"])
                    await standby.stop()
                    try await Self.expect(Self.withReceiver, standbys: 0, receivers: 1, on: primary)
                    await primary.stopReceiving("pg_receivewal")
                    try await Self.expect(Self.withNobody, standbys: 0, receivers: 0, on: primary)
                }
            }
        }
    }

    @Test func `who decodes the log is neither a standby nor enough`() async throws {
        try await withTemporaryFolder { folder in
            try await withTestCluster(in: "\(folder)/primary") { primary in
                try await primary.decodeLog()
                try await Self.expect(
                    [("", ["pg_recvlogical async"], "t"), ("pg_recvlogical", ["pg_recvlogical sync"], "f")],
                    standbys: 0, receivers: 0, on: primary)
                try await primary.waitFor("", states: ["pg_recvlogical async"])
                try await withTestStandby(of: primary, in: "\(folder)/standby") { _ in
                    try await Self.expect(
                        [
                            ("ANY 1 (postroom, pg_recvlogical)", ["pg_recvlogical quorum", "postroom quorum"], "f"),
                            ("postroom", ["pg_recvlogical async", "postroom sync"], "t"),
                        ], standbys: 1, receivers: 0, on: primary)
                }
            }
        }
    }
}
