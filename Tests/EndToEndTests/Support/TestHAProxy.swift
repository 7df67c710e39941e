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
    /// Where it tells its state.
    private let statePort: UInt16
    /// Whether a machine that stands still for seconds makes it take out ingresses, or give up requests, that are sound.
    private let isPatient: Bool

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

    /// - Parameter isPatient: true where a test is about what dies, and not about what is late. What is dead closes its
    ///   connections and refuses checks, which is seen as soon as ever.
    init(isPatient: Bool = false) throws {
        self.isPatient = isPatient
        httpPort = try freePort()
        rawPort = try freePort()
        ingresses = [try Place(), try Place()]
        apis = [try Place(), try Place()]
        statePort = try freePort()
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

    /// Waits until it has found, maybe again, what stands at a place, and gives requests of every door to it: else, where
    /// another one is taken out, nobody would be left. Each door's back end has checks of its own, which do not end together.
    ///
    /// - Parameter place: 0 and 1 are the ingresses, 2 and 3 the APIs.
    func expectUsed(_ place: Int) async throws {
        let servers = Self.servers(place)
        try await eventually(within: .seconds(60), "HAProxy uses \(servers)") {
            let states = try await states()
            // "UP 1/2" is one on its way down.
            return servers.allSatisfy { states[$0]?.status == "UP" }
        }
    }

    /// Waits until requests of every door are under way to what stands at a place.
    func expectBusy(_ place: Int) async throws {
        let servers = Self.servers(place)
        try await eventually(within: .seconds(60), "requests are under way to \(servers)") {
            let states = try await states()
            return servers.allSatisfy { states[$0]?.sessions ?? 0 > 0 }
        }
    }

    /// The names it has for what stands at a place, one a door.
    private static func servers(_ place: Int) -> [String] {
        place < 2 ? ["ingress/ingress\(place + 1)", "ingress-raw/ingress\(place + 1)"] : ["api/api\(place - 1)"]
    }

    /// What it says of its servers, by the names of back end and server.
    private func states() async throws -> [String: (status: String, sessions: Int)] {
        let table = try await HTTPProbe.get("/;csv", port: statePort).text.split(separator: "\n")
        let names = (table.first ?? "").drop { $0 == "#" || $0 == " " }.split(separator: ",")
        guard let status = names.firstIndex(of: "status"), let sessions = names.firstIndex(of: "scur") else {
            throw TestSupportFailure("HAProxy tells no state: \(table.prefix(2))")
        }
        var states: [String: (status: String, sessions: Int)] = [:]
        for line in table.dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count > max(status, sessions) else { continue }
            states["\(fields[0])/\(fields[1])"] = (String(fields[status]), Int(fields[sessions]) ?? 0)
        }
        return states
    }

    /// The file users get, with other addresses, in clear text, under this account, and a page that tells its state.
    private func configuration() throws -> String {
        var text = try String(
            contentsOfFile: "\(TestEnvironment.root)/deploy/haproxy/haproxy.cfg", encoding: .utf8)
        var changes = [
            ("192.0.2.1:8443 ssl crt /etc/haproxy/postroom.pem", "127.0.0.1:\(httpPort)"),
            ("192.0.2.1:8444 ssl crt /etc/haproxy/postroom.pem", "127.0.0.1:\(rawPort)"),
            // Takes two files each, and as many as that not every machine allows.
            ("    maxconn 20000\n", "    maxconn 2000\n"), ("    user haproxy\n    group haproxy\n", ""),
        ]
        if isPatient {
            changes += [
                ("    timeout check 2s\n", "    timeout check 60s\n"),
                ("    timeout server 9s\n", "    timeout server 60s\n"),
            ]
        }
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
        return text + """

            frontend state
                bind 127.0.0.1:\(statePort)
                mode http
                no log
                stats enable
                stats uri /
            """ + "\n"
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
                // Less than HAProxy waits for an answer.
                "POSTROOM_STORE_DEADLINE": "2s",
            ]
        ).process
    }

    /// Starts an API at its place behind HAProxy.
    func api(at place: TestHAProxy.Place, waits: Bool = true) async throws -> TestProcess {
        try await api(
            port: place.port, adminPort: place.adminPort, waits: waits, environment: ["POSTROOM_DRAIN_DELAY": "3s"])
    }
}
