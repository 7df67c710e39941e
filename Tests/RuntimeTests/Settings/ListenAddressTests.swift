import Runtime
import Testing

@Suite struct ListenAddressTests {
    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1", 8080), ("localhost:0", "localhost", 0), ("0.0.0.0:65535", "0.0.0.0", 65_535),
        ("[::1]:8080", "::1", 8080), ("[::ffff:10.0.0.1]:1", "::ffff:10.0.0.1", 1),
        ("[fe80::1%eth0]:80", "fe80::1%eth0", 80),
        ("a_b-c.example:80", "a_b-c.example", 80),
    ])
    func `host and port are read, and written back alike`(text: String, host: String, port: Int) throws {
        let address = try #require(ListenAddress(text))
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", ":", "8080", ":8080", "host", "host:", "host:65536", "host:-1", "host:+1", "host:80a", "host: 80",
        "ho st:80",
        "::1:8080", "[::1]", "[::1]8080", "[::1:8080", "::1]:80", "[]:80", "[host]:80", "http://host:80", "host:٨٠",
        "host:000080", "a\u{0}b:80",
    ])
    func `anything else is refused`(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test func `a host has at most 255 bytes`() {
        #expect(ListenAddress(String(repeating: "a", count: 255) + ":1") != nil)
        #expect(ListenAddress(String(repeating: "a", count: 256) + ":1") == nil)
    }
}
