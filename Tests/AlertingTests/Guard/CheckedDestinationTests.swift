import Runtime
import Testing

@testable import Alerting

struct CheckedDestinationTests {
    /// Answers with the next list at each call, as a name server of an attacker's own does; then with the last again.
    private actor ChangingResolver: HostResolver {
        private var answers: [[String]]
        private(set) var calls = 0

        init(_ answers: [String]...) { self.answers = answers }

        func addresses(of name: String) throws -> [IPAddress] {
            calls += 1
            let answer = answers.count > 1 ? answers.removeFirst() : answers[0]
            return try answer.map { try #require(IPAddress($0)) }
        }
    }

    private struct BrokenResolver: HostResolver {
        struct Failure: Error {}
        func addresses(of name: String) throws -> [IPAddress] { throw Failure() }
    }

    /// A client as the alert worker's must be: it can be given nothing but checked endpoints.
    private struct Client {
        private(set) var connections: [String] = []

        mutating func connect(to endpoint: CheckedEndpoint, certificateName: String?) {
            connections.append("\(endpoint.address):\(endpoint.port) as \(certificateName ?? "itself")")
        }

        mutating func deliver(to destination: CheckedDestination) {
            // Every one of them, as though none answered.
            for endpoint in destination.endpoints {
                connect(to: endpoint, certificateName: destination.url.certificateName)
            }
        }
    }

    private let policy = DestinationPolicy()

    @Test func `a name that answers otherwise between check and connect is connected to where it was checked`()
        async throws
    {
        let resolver = ChangingResolver(["93.184.216.34"], ["127.0.0.1"])
        var client = Client()
        client.deliver(to: try await policy.resolve(policy.read("https://rebind.example:8443/"), by: resolver))
        #expect(client.connections == ["93.184.216.34:8443 as rebind.example"])
        #expect(await resolver.calls == 1)
    }

    @Test func `and at the next delivery, which asks anew, nowhere`() async throws {
        let resolver = ChangingResolver(["93.184.216.34"], ["127.0.0.1"])
        let url = try policy.read("https://rebind.example/")
        _ = try await policy.resolve(url, by: resolver)
        await #expect(throws: DestinationRefusal.restrictedAddress(.loopback)) {
            try await policy.resolve(url, by: resolver)
        }
        #expect(await resolver.calls == 2)
    }

    @Test(
        arguments: [
            (["93.184.216.34", "2606:2800:220:1::1"], ["93.184.216.34", "2606:2800:220:1::1"]),
            (["10.0.0.1", "93.184.216.34"], ["93.184.216.34"]), (["93.184.216.34", "::1"], ["93.184.216.34"]),
            (["2606:2800:220:1::1", "169.254.169.254"], ["2606:2800:220:1::1"]),
            (["::ffff:10.0.0.1", "::ffff:93.184.216.34"], ["93.184.216.34"]),
            (["93.184.216.34", "93.184.216.34", "::ffff:93.184.216.34"], ["93.184.216.34"]),
        ] as [([String], [String])])
    func `of a name's addresses only the public ones are connected to, each once`(
        found: [String], allowed: [String]
    ) async throws {
        let destination = try await policy.resolve(policy.read("https://a.example/"), by: ChangingResolver(found))
        #expect(destination.endpoints.map(\.address.description) == allowed)
        #expect(destination.endpoints.allSatisfy { $0.port == 443 })
    }

    @Test(
        arguments: [
            ([], .noAddresses), (["10.0.0.1", "::1"], .restrictedAddress(.privateNetwork)),
            (["fe80::1"], .restrictedAddress(.linkLocal)), (["64:ff9b::a9fe:a9fe"], .restrictedAddress(.translated)),
            (["255.255.255.255"], .restrictedAddress(.broadcast)),
        ] as [([String], DestinationRefusal)])
    func `a name without a public address leads nowhere`(found: [String], refusal: DestinationRefusal) async throws {
        let url = try policy.read("https://a.example/")
        await #expect(throws: refusal) { try await policy.resolve(url, by: ChangingResolver(found)) }
    }

    @Test func `a resolver that fails is told from a name that is refused`() async throws {
        let url = try policy.read("https://a.example/")
        await #expect(throws: DestinationRefusal.unresolved) { try await policy.resolve(url, by: BrokenResolver()) }
    }

    @Test func `an address needs no resolver, and is checked again by the policy that connects`() async throws {
        let own = DestinationPolicy(exemptRanges: [try #require(AddressRange("127.0.0.1"))])
        let url = try own.read("https://127.0.0.1:8443/")
        #expect(try await own.resolve(url, by: BrokenResolver()).endpoints.map(\.address.description) == ["127.0.0.1"])
        await #expect(throws: DestinationRefusal.restrictedAddress(.loopback)) {
            try await policy.resolve(url, by: BrokenResolver())
        }
    }

    @Test(arguments: [
        DestinationPolicy.addressesMax - 1, DestinationPolicy.addressesMax, DestinationPolicy.addressesMax + 1,
    ])
    func `a flood of addresses is cut`(count: Int) async throws {
        let found = (1...count).map { "93.184.216.\($0)" }
        let destination = try await policy.resolve(policy.read("https://a.example/"), by: ChangingResolver(found))
        #expect(destination.endpoints.count == min(count, DestinationPolicy.addressesMax))
    }
}
