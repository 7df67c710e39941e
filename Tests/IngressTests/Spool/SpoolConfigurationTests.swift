import PostgresClient
import Runtime
import Testing

@testable import Ingress

@Suite struct SpoolConfigurationTests {
    @Test(
        arguments: [
            ([:], nil), (["POSTROOM_STATE_DIR": "/state"], "/state/spool"),
            (["POSTROOM_STATE_DIR": "/state", "POSTROOM_SPOOL_DIR": "/spool"], "/spool"),
            (["POSTROOM_SPOOL_DIR": "/spool"], "/spool"),
            (["POSTROOM_STATE_DIR": "/state", "POSTROOM_SPOOL_DIR": "off"], nil),
        ] as [([String: String], String?)])
    func `the folder is the one given, else one in the state folder, else none`(
        _ environment: [String: String], _ path: String?
    ) throws {
        let reader = SettingsReader(environment: environment)
        let configuration = Self.read(reader)
        try reader.finish()
        #expect(configuration?.path == path)
        if let configuration { #expect(configuration.bytesMax == 1 << 30) }
    }

    @Test func `a small spool has small segments, so that room comes back`() {
        let configuration = SpoolConfiguration(path: "/spool", bytesMax: 800_000)
        #expect(configuration.segmentBytesMax == 100_000 && configuration.roomMin == 200_000)
    }

    @Test func `all that waits for Postgres may wait for the spool, and as much again`() throws {
        let reader = SettingsReader(environment: ["POSTROOM_SPOOL_DIR": "/spool"])
        let configuration = try #require(Self.read(reader))
        typealias Direct = GroupCommitConfiguration
        #expect(configuration.pendingItemsMax >= 2 * (Self.direct.pendingItemsMax + Direct.batchItemsMax))
        #expect(configuration.pendingBytesMax >= 2 * (Direct.pendingBytesMax + Direct.batchBytesMax))
    }

    /// With its head, the third fills the folder, and leaves no room for what a record has beside the two.
    @Test(arguments: [(65_536, true), (140_000, true), (183_616, false), (190_000, false), (16_777_216, false)])
    func `a body that could never be spooled is refused at the start`(_ bytes: Int, _ isFine: Bool) throws {
        let reader = SettingsReader(environment: ["POSTROOM_SPOOL_DIR": "/spool", "POSTROOM_SPOOL_MAX_BYTES": "200000"])
        _ = Self.read(reader, body: bytes)
        if isFine { return try reader.finish() }
        let failure = try #require(throws: SettingsProblems.self) { try reader.finish() }
        let sentence = try #require(failure.problems.first)
        #expect(failure.problems.count == 1)
        #expect(sentence.contains("POSTROOM_MAX_BODY_BYTES") && sentence.contains("POSTROOM_SPOOL_MAX_BYTES"))
    }

    private static let direct = GroupCommitConfiguration(
        database: ConnectionConfiguration(connectionString: ""), storeDeadline: .seconds(2))

    private static func read(_ reader: SettingsReader, body: Int = 65_536) -> SpoolConfiguration? {
        SpoolConfiguration(reading: reader, body: body, head: 16_384, direct: direct)
    }
}
