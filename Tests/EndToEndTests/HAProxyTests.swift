import TestSupport
import Testing

extension EndToEnd {
    /// What `deploy/haproxy/haproxy.cfg` tells whom, before a server that only listens.
    @Suite struct HAProxyTests {
        @Test func `the balancer logs no token, and hands no Proxy-Connection on`() async throws {
            try await withTemporaryFolder { folder in
                try await withProcesses { processes in
                    let haproxy = try TestHAProxy(isPatient: true)
                    let place = haproxy.ingresses[0]
                    let servers = try [place.port, place.rawPort, place.adminPort].map {
                        try WebhookReceiver(port: $0) { _, _ in .status(200) }
                    }
                    defer { for server in servers { server.close() } }
                    let balancer = try await haproxy.start(processes, folder: folder)
                    try await eventually("HAProxy listens") {
                        (try? await HTTPProbe.get("/", port: haproxy.httpPort)) != nil
                    }
                    try await haproxy.expectUsed(0)
                    for (path, logged) in [
                        ("/v1/onoff/sms?SECRET", "/v1/onoff/sms"), ("/v1/nxtele/dr?token=SECRET", "/v1/nxtele/dr"),
                        ("/v1/nxtele/dr/SECRET", "/v1/nxtele/dr/-"), ("/v1/nxtele/mo/SECRET?a", "/v1/nxtele/mo/-"),
                        ("/callback/dr/SECRET", "-"), ("/SECRET", "-"), ("/v1/nxtele/dr%2FSECRET", "-"),
                        ("/v1/onoff/sms/SECRET", "-"), ("/api/sms/outbox?SECRET", "/api/sms/outbox"),
                    ] {
                        let before = balancer.lines.count
                        let request =
                            "GET \(path) HTTP/1.1\r\nHost: x\r\nProxy-Connection: close\r\nX-SECRET: SECRET\r\n\r\n"
                        _ = try await HTTPProbe.send(Array(request.utf8), port: haproxy.httpPort)
                        try await eventually("HAProxy logs \(path)") {
                            balancer.lines.dropFirst(before).contains { $0.hasSuffix(" GET \(logged)") }
                        }
                    }
                    #expect(!balancer.lines.contains { $0.contains("SECRET") })
                    let passed = servers[0].requests.filter { $0.headers["x-secret"] != nil }
                    #expect(passed.count == 8)
                    #expect(passed.allSatisfy { $0.headers["proxy-connection"] == nil })
                }
            }
        }
    }
}
