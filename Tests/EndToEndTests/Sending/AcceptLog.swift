import Foundation
import TestSupport

/// One line of the sandbox's log: a message that it accepted, and so one that was paid for.
struct Accepted: Decodable, Sendable {
    /// Our attempt's id, as it came with the call.
    var ext: String
    var phone: String
    /// What the sandbox did with the call after accepting it.
    var behaviour: String
    /// 2 = it delivered it.
    var status: Int
    /// How many receipts it sends of its own accord.
    var receipts: Int

    var isDelivered: Bool { status == 2 }

    /// Every line of the file, in order.
    static func read(_ path: String) throws -> [Accepted] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TestSupportFailure("the sandbox wrote no log")
        }
        return try data.split(separator: UInt8(ascii: "\n")).map { line in
            try JSONDecoder().decode(Accepted.self, from: line)
        }
    }
}
