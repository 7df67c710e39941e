import Runtime
import Testing

@testable import Ingress

struct ForwardedForTests {
    @Test(
        arguments: [
            (["203.0.113.9"], "203.0.113.9"), (["198.51.100.7, 203.0.113.9"], "203.0.113.9"),
            (["203.0.113.9, 10.0.0.2"], "203.0.113.9"), (["203.0.113.9", "10.0.0.2, 10.0.0.3"], "203.0.113.9"),
            (["198.51.100.7", "203.0.113.9"], "203.0.113.9"), (["10.0.0.5, 10.0.0.2"], "10.0.0.5"),
            (["203.0.113.9:4711"], "203.0.113.9"), (["[2001:db8::1]:4711"], "2001:db8::1"),
            (["[2001:db8::1]"], "2001:db8::1"),
            (["2001:db8::1"], "2001:db8::1"), (["junk, 203.0.113.9"], "203.0.113.9"), (["203.0.113.9, junk"], nil),
            (["203.0.113.9,"], nil), ([""], nil), (["203.0.113.9:x"], nil), (["[203.0.113.9]"], nil),
            (["[2001:db8::1"], nil), (["unknown"], nil), (["::ffff:203.0.113.9"], "203.0.113.9"),
        ] as [([String], String?)])
    func `the client is the right-most address that is no trusted proxy`(lines: [String], client: String?) throws {
        let trusted = [try #require(AddressRange("10.0.0.0/8"))]
        let peer = try #require(IPAddress("10.0.0.1"))
        let found = ForwardedFor.client(of: lines.map { Array($0.utf8) }, behind: peer, trusted: trusted)
        #expect(found?.description == client)
    }
}
