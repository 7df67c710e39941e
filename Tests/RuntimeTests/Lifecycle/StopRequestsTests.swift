import Glibc
import Testing

@testable import Runtime

@Suite struct StopRequestsTests {
    private let term = UInt8(SIGTERM)
    private let interrupt = UInt8(SIGINT)

    @Test func `the first signal drains, the second ends with its number`() {
        var requests = StopRequests()
        #expect(!requests.isDraining)
        #expect(requests.received(term) == .drain(signal: SIGTERM))
        #expect(requests.isDraining)
        #expect(requests.received(interrupt) == .exit(code: 130))
        #expect(requests.received(term) == .exit(code: 143))
    }

    @Test func `a drain that no signal asked for starts the grace and leaves the first signal harmless`() {
        var requests = StopRequests()
        #expect(requests.received(StopRequests.drainByte) == .none)
        #expect(requests.isDraining)
        #expect(requests.received(term) == .drain(signal: SIGTERM))
        #expect(requests.received(StopRequests.drainByte) == .none)
        #expect(requests.received(term) == .exit(code: 143))
    }
}
