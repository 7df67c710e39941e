import Domain
import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import Alerting
@testable import Store

/// Against the specification's own library, which deploy/test installs from PyPI.
@Suite struct `The library standardwebhooks` {
    private static let python = ProcessInfo.processInfo.environment["POSTROOM_TEST_PYTHON"] ?? ""

    /// Exits with 0 where the library takes the message, with 3 where it refuses it.
    private static let script = """
        import json, sys
        from standardwebhooks import Webhook, WebhookVerificationError
        secret, headers, body = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
        try:
            data = Webhook(secret).verify(body.encode(), headers)
        except WebhookVerificationError as error:
            print(error, file=sys.stderr)
            sys.exit(3)
        sys.exit(0 if set(json.loads(body)) == {"type", "timestamp", "data"} else 4)
        """

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: python),
            "NOT TESTED: PyPI's package standardwebhooks could not be installed; deploy/test says why at its start"))
    func `takes what we send, by either secret of a rotation, and nothing else`() async throws {
        let key = AlertKey(bytes: Array(repeating: 3, count: 32))
        let endpoint = EndpointID(rawValue: 77)
        let secrets = [2, 1].map { key.secret(of: endpoint, version: $0) }
        let other = key.secret(of: endpoint, version: 3)
        let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        let request = DeliveryRequest(
            id: NotificationID(rawValue: 0x0190_a3c0_0000_7000_8000_0000_0000_0001),
            content: NotificationContent(kind: "sms.failed", lastAt: now, data: #"{"text": "größer\n"}"#),
            secrets: secrets, now: now)
        let names = ["webhook-id", "webhook-timestamp", "webhook-signature"]
        let headers = Dictionary(uniqueKeysWithValues: names.map { ($0, request.headers.first(name: $0) ?? "") })
        let body = String(decoding: request.body, as: UTF8.self)
        var later = headers
        later["webhook-timestamp"] = "\(now.microseconds / 1_000_000 + 1)"
        try await withProcesses { processes in
            func exit(_ secret: EndpointSecret, _ headers: [String: String], _ body: String) async throws -> String {
                let json = String(decoding: try JSONEncoder().encode(headers), as: UTF8.self)
                let process = try await processes.start(
                    Self.python, arguments: ["-c", Self.script, secret.text.revealed, json, body])
                return await process.exit(within: .seconds(60))?.description ?? "nothing: \(process.log)"
            }
            let ends = try await [exit(secrets[0], headers, body), exit(secrets[1], headers, body)]
            #expect(ends == ["exit code 0", "exit code 0"])
            #expect(try await exit(other, headers, body) == "exit code 3")
            #expect(try await exit(secrets[0], headers, body + " ") == "exit code 3")
            #expect(try await exit(secrets[0], later, body) == "exit code 3")
        }
    }
}
