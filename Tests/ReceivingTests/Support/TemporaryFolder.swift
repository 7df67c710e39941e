import Foundation
import PostgresClient

extension Deadline {
    /// A time no statement of these tests comes near.
    static var far: Deadline { .in(.seconds(60)) }
}

/// A folder that goes with this object.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("receiving-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
