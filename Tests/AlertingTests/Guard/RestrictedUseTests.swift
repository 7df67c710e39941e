import Runtime
import TestSupport
import Testing

@testable import Alerting

struct RestrictedUseTests {
    /// First and last address of every range, and what they are for.
    private static let ends: [(String, String, RestrictedUse)] = [
        ("0.0.0.0", "0.255.255.255", .unspecified), ("10.0.0.0", "10.255.255.255", .privateNetwork),
        ("100.64.0.0", "100.127.255.255", .sharedNetwork), ("127.0.0.0", "127.255.255.255", .loopback),
        ("168.63.129.16", "168.63.129.16", .platform), ("169.254.0.0", "169.254.255.255", .linkLocal),
        ("172.16.0.0", "172.31.255.255", .privateNetwork), ("192.0.0.0", "192.0.0.255", .protocolAssignment),
        ("192.0.2.0", "192.0.2.255", .documentation), ("192.31.196.0", "192.31.196.255", .protocolAssignment),
        ("192.52.193.0", "192.52.193.255", .protocolAssignment), ("192.88.99.0", "192.88.99.255", .tunnelled),
        ("192.168.0.0", "192.168.255.255", .privateNetwork),
        ("192.175.48.0", "192.175.48.255", .protocolAssignment), ("198.18.0.0", "198.19.255.255", .benchmarking),
        ("198.51.100.0", "198.51.100.255", .documentation), ("203.0.113.0", "203.0.113.255", .documentation),
        ("224.0.0.0", "239.255.255.255", .multicast), ("240.0.0.0", "255.255.255.254", .reserved),
        ("255.255.255.255", "255.255.255.255", .broadcast), ("::", "::", .unspecified), ("::1", "::1", .loopback),
        ("::2", "::ffff:ffff", .translated), ("::ffff:0:0:0", "::ffff:0:ffff:ffff", .translated),
        ("::1:0:0", "::fffe:ffff:ffff", .reserved), ("64:ff9b::", "64:ff9b::ffff:ffff", .translated),
        ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", .translated),
        ("100::", "100::ffff:ffff:ffff:ffff", .reserved),
        ("1fff::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", .reserved),
        ("2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", .tunnelled),
        ("2001:1::", "2001:1:ffff:ffff:ffff:ffff:ffff:ffff", .protocolAssignment),
        ("2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff", .benchmarking),
        ("2001:2:1::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", .protocolAssignment),
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", .documentation),
        ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", .tunnelled),
        ("2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff", .protocolAssignment),
        ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", .documentation), ("4000::", "4000::1", .reserved),
        ("5f00::", "5f00::1", .reserved), ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", .uniqueLocal),
        ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", .linkLocal),
        ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", .siteLocal),
        ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", .multicast),
    ]

    @Test(arguments: Self.ends)
    func `a range is refused from its first address to its last`(first: String, last: String, use: RestrictedUse) throws
    {
        #expect(try #require(IPAddress(first)).restrictedUse == use)
        #expect(try #require(IPAddress(last)).restrictedUse == use)
    }

    @Test(arguments: [
        "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
        "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
        "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
        "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255", "8.8.8.8",
        "::ffff:8.8.8.8", "2000::", "2001:200::", "2001:db7:ffff::", "2001:db9::", "2003::", "2606:4700::1111",
        "2620:4f:7fff::", "3ffe::", "3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ])
    func `the addresses beside the ranges are public`(address: String) throws {
        #expect(try #require(IPAddress(address)).restrictedUse == nil)
    }

    @Test func `every IPv4 address in IPv6's clothes is judged as the IPv4 address or refused`() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<20_000 {
            let value = UInt32.random(in: .min ... .max, using: &random)
            let plain = IPAddress(v4: value)
            #expect(IPAddress(v6: 0xFFFF << 32 | UInt128(value)).restrictedUse == plain.restrictedUse)
            let low = UInt128(value)
            for embedded in [
                low, 0x64_FF9B << 96 | low, 0x2002 << 112 | low << 80, 0x2001 << 112 | low << 64,
                0x2001 << 112 | (low ^ 0xFFFF_FFFF), 0xFFFF << 48 | low,
            ] as [UInt128] {
                #expect(IPAddress(v6: embedded).restrictedUse != nil)
            }
        }
    }

    @Test func `every use has a range, or is what is left`() {
        #expect(Set(Self.ends.map(\.2)) == Set(RestrictedUse.allCases))
        #expect(Set(RestrictedRange.all.map(\.range)).count == RestrictedRange.all.count)
    }
}
