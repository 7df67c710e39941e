import Runtime
import Testing

@testable import Alerting

struct URLReadingTests {
    private static let policy = DestinationPolicy()

    @Test(
        arguments: [
            ("https://hooks.example.com/in", "hooks.example.com", 443, "/in", "hooks.example.com"),
            ("HTTPS://Hooks.Example.COM", "hooks.example.com", 443, "/", "hooks.example.com"),
            ("https://a.b:8443?x=1", "a.b", 8443, "/?x=1", "a.b:8443"),
            ("https://a.b:80/", "a.b", 80, "/", "a.b:80"),
            ("https://8.8.8.8/a?b=http://127.0.0.1/", nil, 443, "/a?b=http://127.0.0.1/", "8.8.8.8"),
            ("https://[2606:4700:4700::1111]:8443/", nil, 8443, "/", "[2606:4700:4700::1111]:8443"),
            ("https://[::ffff:8.8.8.8]/", nil, 443, "/", "8.8.8.8"),
            ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443, "/", "xn--bcher-kva.example"),
            ("https://7.example/%2e%2e/@x", "7.example", 443, "/%2e%2e/@x", "7.example"),
            ("https://0xab.example/", "0xab.example", 443, "/", "0xab.example"),
            ("https://localhost.example/", "localhost.example", 443, "/", "localhost.example"),
        ] as [(String, String?, UInt16, String, String)])
    func `a public URL is taken apart`(
        url: String, name: String?, port: UInt16, target: String, authority: String
    ) throws {
        let read = try Self.policy.read(url)
        #expect(read.certificateName == name)
        #expect(read.port == port && read.target == target && read.authority == authority)
    }

    @Test(
        arguments: [
            ("http://hooks.example.com/", .plainHTTP), ("ftp://hooks.example.com/", .scheme),
            ("file:///etc/passwd", .scheme), ("gopher://a.b/", .scheme), ("javascript:alert(1)", .malformed),
            ("//a.b/", .malformed), ("https:/a.b/", .malformed), ("https:a.b", .malformed), ("a.b", .malformed),
            ("", .malformed), ("https://", .emptyHost), ("https:///etc", .emptyHost), ("https://:443/", .emptyHost),
            ("https://?x", .emptyHost), ("https://user@a.b/", .userInfo), ("https://a.b:443@127.0.0.1/", .userInfo),
            ("https://a.b#@127.0.0.1/", .fragment), ("https://a.b/#x", .fragment), ("https://@a.b/", .userInfo),
            ("https://a.b\\@127.0.0.1/", .forbiddenCharacter), ("https://a.b/ x", .forbiddenCharacter),
            (" https://a.b/", .forbiddenCharacter), ("https://a.b/\r\nX: y", .forbiddenCharacter),
            ("https://a.b/\0", .forbiddenCharacter), ("https://a\t.b/", .forbiddenCharacter),
            ("https://a.b/{x}", .forbiddenCharacter), ("https://a.b/\u{7F}", .forbiddenCharacter),
        ] as [(String, URLRefusal)])
    func `what is no https URL is refused`(url: String, refusal: URLRefusal) {
        #expect(throws: refusal) { try Self.policy.read(url) }
    }

    @Test(
        arguments: [
            // The loopback address as inet_aton, and with it curl and many resolvers, read it.
            ("2130706433", .ambiguousAddress), ("017700000001", .ambiguousAddress), ("0x7f000001", .ambiguousAddress),
            ("0X7F.1", .ambiguousAddress), ("127.1", .ambiguousAddress), ("127.0.1", .ambiguousAddress),
            ("0177.0.0.1", .ambiguousAddress), ("127.0.0.01", .ambiguousAddress), ("127.0.0.0x1", .ambiguousAddress),
            ("0x7f.0x0.0x0.0x1", .ambiguousAddress), ("0", .ambiguousAddress), ("0x", .ambiguousAddress),
            ("a.b.0x", .ambiguousAddress), ("256.256.256.256", .ambiguousAddress), ("1.2.3.4.5", .ambiguousAddress),
            ("8.8.2056", .ambiguousAddress), ("99999999999999999999", .ambiguousAddress), ("a.b.1", .ambiguousAddress),
            ("127.0.0.1.", .trailingDot), ("localhost.", .trailingDot), ("hooks.example.", .trailingDot),
            (".", .trailingDot), (".a.b", .emptyLabel), ("a..b", .emptyLabel), ("127..1", .emptyLabel),
            ("127.0.0.1%00.a.b", .percentEncodedHost), ("%31%32%37.0.0.1", .percentEncodedHost),
            ("127%2e0%2e0%2e1", .percentEncodedHost), ("１２７.0.0.1", .notASCII), ("127。0。0。1", .notASCII),
            ("ⓛocalhost", .notASCII), ("bücher.example", .notASCII), ("a\u{AD}.b", .notASCII), ("①.①.①.①", .notASCII),
            ("localhost", .localName), ("LOCALHOST", .localName), ("a.localhost", .localName), ("intranet", .localName),
            ("metadata.google.internal", .localName), ("printer.local", .localName), ("nas.lan", .localName),
            ("router.home.arpa", .localName), ("x.onion", .localName), ("x.invalid", .localName),
            ("a_b.example", .malformedHost), ("-a.example", .malformedHost), ("a-.example", .malformedHost),
            ("a,b.example", .malformedHost), ("[127.0.0.1]", .malformedHost), ("[::1", .malformedHost),
            ("[::1]x", .malformedHost), ("[]", .malformedHost), ("[v1.a]", .malformedHost), ("::1", .emptyHost),
            ("[fe80::1%25eth0]", .zone), ("[fe80::1%eth0]", .zone),
        ] as [(String, URLRefusal)])
    func `a host that could be read in two ways, or in our own network only, is refused`(
        host: String, refusal: URLRefusal
    ) {
        #expect(throws: refusal) { try Self.policy.read("https://\(host)/") }
    }

    @Test(
        arguments: [
            ("127.0.0.1", .loopback), ("127.255.255.254", .loopback), ("10.1.2.3", .privateNetwork),
            ("169.254.169.254", .linkLocal), ("0.0.0.0", .unspecified), ("100.100.100.200", .sharedNetwork),
            ("[::1]", .loopback), ("[::]", .unspecified), ("[::ffff:127.0.0.1]", .loopback),
            ("[::ffff:7f00:1]", .loopback), ("[0:0:0:0:0:ffff:0a00:0001]", .privateNetwork),
            ("[::127.0.0.1]", .translated), ("[64:ff9b::7f00:1]", .translated), ("[64:ff9b:1::a00:1]", .translated),
            ("[2002:7f00:1::]", .tunnelled), ("[2001:0:7f00:1::]", .tunnelled), ("[fd00:ec2::254]", .uniqueLocal),
            ("[fe80::1]", .linkLocal), ("[fec0::1]", .siteLocal), ("[ff02::1]", .multicast),
        ] as [(String, RestrictedUse)])
    func `an address that is no public server's is refused`(host: String, use: RestrictedUse) {
        #expect(throws: URLRefusal.restrictedAddress(use)) { try Self.policy.read("https://\(host)/") }
    }

    @Test(
        arguments: [
            ("", .malformedPort), ("x", .malformedPort), ("+443", .malformedPort), ("-1", .malformedPort),
            ("0443", .malformedPort), ("65536", .malformedPort), ("443443", .malformedPort), ("4:43", .malformedPort),
            ("0", .forbiddenPort), ("1", .forbiddenPort), ("22", .forbiddenPort), ("25", .forbiddenPort),
            ("53", .forbiddenPort), ("79", .forbiddenPort), ("81", .forbiddenPort), ("442", .forbiddenPort),
            ("444", .forbiddenPort), ("1023", .forbiddenPort), ("6000", .forbiddenPort), ("6667", .forbiddenPort),
            ("1024", nil), ("65535", nil), ("443", nil), ("80", nil), ("8080", nil),
        ] as [(String, URLRefusal?)])
    func `of the ports below 1024 only HTTP's are allowed`(port: String, refusal: URLRefusal?) {
        #expect(self.refusal("https://a.b:\(port)/") == refusal)
    }

    @Test func `lengths are refused one above their bound, and not at it`() {
        let url = "https://a.b/"
        let path = String(repeating: "x", count: DestinationPolicy.urlBytesMax - url.utf8.count)
        #expect(refusal(url + path) == nil && refusal(url + path.dropLast()) == nil)
        #expect(refusal(url + path + "x") == .tooLong)
        let label = String(repeating: "a", count: 63)
        #expect(refusal("https://\(label).b/") == nil && refusal("https://\(label.dropLast()).b/") == nil)
        #expect(refusal("https://\(label)a.b/") == .hostTooLong)
        let name = [label, label, label, String(repeating: "b", count: 61)].joined(separator: ".")
        #expect(name.utf8.count == 253 && refusal("https://\(name)/") == nil)
        #expect(refusal("https://\(name.dropLast())/") == nil)
        #expect(refusal("https://\(name)b/") == .hostTooLong)
    }

    @Test func `http, and addresses of our own, are allowed where the policy says so, and only those`() throws {
        let range = try #require(AddressRange("127.0.0.0/8"))
        let policy = DestinationPolicy(allowsPlainHTTP: true, exemptRanges: [range])
        let url = try policy.read("http://127.0.0.1:8080/hook")
        #expect(url.scheme == .http && url.host == IPAddress("127.0.0.1").map { .address($0) } && url.port == 8080)
        #expect(try policy.read("http://a.b/").port == 80)
        #expect(throws: URLRefusal.restrictedAddress(.privateNetwork)) { try policy.read("http://10.0.0.1/") }
        #expect(throws: URLRefusal.restrictedAddress(.loopback)) { try policy.read("http://[::1]/") }
        #expect(throws: URLRefusal.ambiguousAddress) { try policy.read("http://127.1/") }
        // Never deliverable, so it is not taken; of a name that is known when it is resolved.
        #expect(throws: URLRefusal.plainHTTP) { try policy.read("http://8.8.8.8/") }
        #expect(try policy.read("https://8.8.8.8/").port == 443)
    }

    private func refusal(_ url: some StringProtocol) -> URLRefusal? {
        do throws(URLRefusal) {
            _ = try Self.policy.read(url)
            return nil
        } catch {
            return error
        }
    }
}
