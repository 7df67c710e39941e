import Logging
import Testing

@testable import Runtime

@Suite struct `Connections of clients` {
    @Test(
        arguments: [
            (limit: 65_536, wanted: 16_384, allowed: 16_384),
            (limit: 4_096, wanted: 16_384, allowed: 3_840),
            (limit: 1_024, wanted: 4_096, allowed: 768),
            (limit: 60, wanted: 4_096, allowed: 1),
        ])
    func `leave files for Postgres and the spool`(limit: Int, wanted: Int, allowed: Int) {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        #expect(FileDescriptorLimit.connections(wanted, limit: limit, log: log) == allowed)
    }
}
