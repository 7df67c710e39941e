import Foundation
import TestSupport

/// The HAProxy of `deploy/haproxy/haproxy.cfg` before two ingresses and two APIs, with this test's addresses.
struct TestHAProxy: Sendable {
    /// Where Onoff and applications call: HTTP mode.
    let httpPort: UInt16
    /// Where NXTele calls: TCP mode.
    let rawPort: UInt16
    /// What two processes behind it listen on.
    let ingresses: [Place]
    /// The same of the APIs.
    let apis: [Place]

    /// The ports of a process behind it.
    struct Place: Sendable {
        let port: UInt16
        let rawPort: UInt16
        let adminPort: UInt16

        init() throws {
            port = try freePort()
            rawPort = try freePort()
            adminPort = try freePort()
        }
    }

    init() throws {
        httpPort = try freePort()
        rawPort = try freePort()
        ingresses = [try Place(), try Place()]
        apis = [try Place(), try Place()]
    }

    /// Starts it.
    func start(_ processes: TestProcesses, folder: String) async throws -> TestProcess {
        guard
            let program = ["/usr/sbin/haproxy", "/usr/bin/haproxy", "/usr/local/sbin/haproxy"].first(
                where: FileManager.default.isExecutableFile(atPath:))
        else { throw TestSupportFailure("the package haproxy is not installed") }
        let path = "\(folder)/haproxy.cfg"
        try configuration().write(toFile: path, atomically: true, encoding: .utf8)
        return try await processes.start(program, name: "haproxy", arguments: ["-db", "-f", path])
    }

    /// Waits until it has seen, maybe again, what stands at a place, and sends it requests: else, where another one is taken
    /// out, nobody would be left.
    ///
    /// - Parameter place: 0 and 1 are the ingresses, 2 and 3 the APIs.
    func expectUsed(_ place: Int) async throws {
        let (used, route, counter) =
            place < 2
            ? (ingresses[place], "/v1/none", "postroom_ingress_requests_total")
            : (apis[place - 2], "/api/none", "postroom_api_requests_total")
        try await eventually(within: .seconds(60), "HAProxy uses \(used)") {
            _ = try await HTTPProbe.get(route, port: httpPort)
            let page = try await HTTPProbe.get("/metrics", port: used.adminPort).text
            return page.split(separator: "\n").contains { $0.hasPrefix(counter + "{") && !$0.hasSuffix(" 0") }
        }
    }

    /// The file users get, with other addresses, in clear text, under this account.
    private func configuration() throws -> String {
        var text = try String(
            contentsOfFile: "\(TestEnvironment.root)/deploy/haproxy/haproxy.cfg", encoding: .utf8)
        var changes = [
            ("192.0.2.1:8443 ssl crt /etc/haproxy/postroom.pem", "127.0.0.1:\(httpPort)"),
            ("192.0.2.1:8444 ssl crt /etc/haproxy/postroom.pem", "127.0.0.1:\(rawPort)"),
            // Takes two files each, and as many as that not every machine allows.
            ("    maxconn 20000\n", "    maxconn 2000\n"), ("    user haproxy\n    group haproxy\n", ""),
        ]
        for (number, place) in ingresses.enumerated() {
            let address = "192.0.2.1\(number + 1)"
            changes.append(("\(address):8080 port 9081", "127.0.0.1:\(place.port) port \(place.adminPort)"))
            changes.append(("\(address):8090 port 9081", "127.0.0.1:\(place.rawPort) port \(place.adminPort)"))
        }
        for (number, place) in apis.enumerated() {
            changes.append(
                ("192.0.2.2\(number + 1):8081 port 9083", "127.0.0.1:\(place.port) port \(place.adminPort)"))
        }
        for (old, new) in changes {
            guard text.contains(old) else { throw TestSupportFailure("deploy/haproxy/haproxy.cfg has no \(old)") }
            text = text.replacingOccurrences(of: old, with: new)
        }
        return text
    }
}

extension Stack {
    /// Starts an ingress at its place behind HAProxy, as deploy/haproxy/haproxy.cfg asks for.
    func ingress(at place: TestHAProxy.Place, waits: Bool = true) async throws -> TestProcess {
        try await ingress(
            port: place.port, adminPort: place.adminPort, waits: waits,
            [
                "POSTROOM_RAW_LISTEN": "127.0.0.1:\(place.rawPort)", "POSTROOM_DRAIN_DELAY": "3s",
                "POSTROOM_SPOOL_DIR": "\(folder)/spool-\(place.port)",
            ]
        ).process
    }

    /// Starts an API at its place behind HAProxy.
    func api(at place: TestHAProxy.Place, waits: Bool = true) async throws -> TestProcess {
        try await api(
            port: place.port, adminPort: place.adminPort, waits: waits, environment: ["POSTROOM_DRAIN_DELAY": "3s"])
    }
}
