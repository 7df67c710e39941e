import Foundation
import TestSupport

/// The spool's folder of a test's ingress.
struct SpoolOnDisk: Sendable {
    let path: String

    /// For an ingress that is to use it and not to wait long for Postgres.
    var settings: [String: String] { ["POSTROOM_SPOOL_DIR": path, "POSTROOM_STORE_DEADLINE": "500ms"] }

    /// Whether these bytes are in any of its files.
    func holds(_ text: String) throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: path).contains { name in
            FileManager.default.contents(atPath: "\(path)/\(name)")?.range(of: Data(text.utf8)) != nil
        }
    }

    /// Waits until nothing but the lock is left.
    func expectDrained(_ ingress: Stack.Ingress) async throws {
        try await eventually(within: .seconds(120), "the spool is drained") {
            try FileManager.default.contentsOfDirectory(atPath: path) == ["lock"]
        }
    }
}

extension Stack.Ingress {
    /// One of its metrics, its name without `postroom_ingress_`; 0 where it was never counted.
    func metric(_ name: String) async throws -> Double {
        let page = try await HTTPProbe.get("/metrics", port: adminPort).text
        return page.split(separator: "\n").first { $0.hasPrefix("postroom_ingress_\(name) ") }
            .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) } ?? 0
    }
}
