import Foundation
import TestSupport

/// A provider's sandbox and what it is reached by.
struct SandboxSettings: Sendable {
    static let appKey = "app-key-of-the-tests"
    static let secretKey = "secret-key-of-the-tests"

    var port: UInt16
    /// What it accepted, one JSON line each, written before its answer.
    var log: String
    var seed: UInt64
    var script: String
}

extension Stack {
    /// Starts a sandbox and waits until it answers.
    func sandbox(_ settings: SandboxSettings, ingressPort: UInt16) async throws -> TestProcess {
        let process = try await processes.start(
            "\(binaries)/postroom",
            name: "sandbox",
            arguments: [
                "sandbox", "--listen", "127.0.0.1:\(settings.port)", "--seed", "\(settings.seed)", "--script",
                settings.script, "--log", settings.log, "--appkey", SandboxSettings.appKey, "--secretkey",
                SandboxSettings.secretKey, "--receipt-url",
                "http://127.0.0.1:\(ingressPort)/v1/nxtele/dr/\(Access.nxteleToken)",
            ])
        try await eventually("the sandbox answers") {
            (try? await HTTPProbe.get("/sandbox/counts", port: settings.port))?.status == 200
        }
        return process
    }

    /// Starts an API on this port; returns at once unless it is to wait.
    func api(
        port: UInt16, adminPort: UInt16? = nil, waits: Bool = true, environment: [String: String] = [:]
    ) async throws -> TestProcess {
        let adminPort = try adminPort ?? freePort()
        let settings = [
            "DATABASE_URL": url("postroom_api"), "POSTROOM_API_LISTEN": "127.0.0.1:\(port)",
            "POSTROOM_API_ADMIN_LISTEN": "127.0.0.1:\(adminPort)", "SWIFT_BACKTRACE": "enable=no",
            "POSTROOM_DRAIN_DELAY": "0s",
        ]
        return try await processes.start(
            "\(binaries)/postroom-api", name: "postroom-api",
            environment: settings.merging(environment) { _, given in given },
            readyPort: waits ? adminPort : nil)
    }

    /// Starts a send worker; returns at once unless it is to wait.
    func sendWorker(
        sandbox: SandboxSettings, waits: Bool = true, environment: [String: String] = [:]
    ) async throws -> TestProcess {
        let adminPort = try freePort()
        let settings = [
            "DATABASE_URL": url("postroom_send_worker"),
            "POSTROOM_SEND_WORKER_ADMIN_LISTEN": "127.0.0.1:\(adminPort)",
            "POSTROOM_NXTELE_URL": "http://127.0.0.1:\(sandbox.port)",
            "POSTROOM_NXTELE_APPKEY": SandboxSettings.appKey,
            "POSTROOM_NXTELE_SECRETKEY": SandboxSettings.secretKey, "SWIFT_BACKTRACE": "enable=no",
        ]
        return try await processes.start(
            "\(binaries)/postroom-send-worker", name: "postroom-send-worker",
            environment: settings.merging(environment) { _, given in given },
            readyPort: waits ? adminPort : nil)
    }
}
