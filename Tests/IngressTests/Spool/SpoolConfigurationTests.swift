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
        let configuration = SpoolConfiguration(reading: reader)
        try reader.finish()
        #expect(configuration?.path == path)
        if let configuration { #expect(configuration.bytesMax == 1 << 30) }
    }

    @Test func `a small spool has small segments, so that room comes back`() {
        let configuration = SpoolConfiguration(path: "/spool", bytesMax: 800_000)
        #expect(configuration.segmentBytesMax == 100_000 && configuration.roomMin == 200_000)
    }
}
