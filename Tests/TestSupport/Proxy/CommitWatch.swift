/// Follows one connection's messages (PostgreSQL manual, "Frontend/Backend Protocol") just far enough to tell when a
/// commit is under way and when it has been answered.
struct CommitWatch {
    /// What the client has asked for.
    enum Commit: Hashable, Sendable {
        /// COMMIT by itself.
        case transaction
        /// COMMIT that travels with other statements, in a pipeline.
        case flight
        /// A statement outside a transaction.
        case statement
    }

    /// The commit whose answer has not come as a whole.
    private(set) var underWay: Commit?
    /// Whether the last answer was an error.
    private(set) var hasFailed = false
    private var client = Messages(beginsUntyped: true)
    private var server = Messages(beginsUntyped: false)
    private var isInTransaction = false
    private var executes = false
    private var begins = false
    private var commits = false

    /// Takes note of bytes that the client sends.
    mutating func fromClient(_ bytes: [UInt8]) {
        client.read(bytes) { type, body in
            switch type {
            case UInt8(ascii: "Q"):
                hasFailed = false
                if body.starts(with: Array("COMMIT".utf8)) { underWay = .transaction }
            case UInt8(ascii: "P"):
                // The statement's name, none here, and its text.
                begins = begins || body.starts(with: Array("\0BEGIN ".utf8))
                commits = commits || body == Array("\0COMMIT\0".utf8) + [0, 0]
            case UInt8(ascii: "E"): executes = true
            case UInt8(ascii: "S"):
                hasFailed = false
                if commits {
                    underWay = .flight
                } else if executes, !isInTransaction, !begins {
                    underWay = .statement
                }
                (executes, begins, commits) = (false, false, false)
            default: break
            }
        }
    }

    /// Takes note of bytes that the server sends.
    ///
    /// - Returns: the commit that they finish the answer to.
    mutating func fromServer(_ bytes: [UInt8]) -> Commit? {
        var answered: Commit?
        server.read(bytes) { type, body in
            switch type {
            case UInt8(ascii: "E"): hasFailed = true
            case UInt8(ascii: "Z"):
                isInTransaction = body.first != UInt8(ascii: "I")
                answered = underWay ?? answered
                underWay = nil
            default: break
            }
        }
        return answered
    }

    /// Takes messages apart: type, length, body. Keeps only the beginning of each body.
    private struct Messages {
        private static let keptMax = 16
        private var isUntyped: Bool
        private var head: [UInt8] = []
        private var body: [UInt8] = []
        private var missing = 0

        init(beginsUntyped: Bool) { isUntyped = beginsUntyped }

        mutating func read(_ bytes: [UInt8], _ found: (_ type: UInt8, _ body: [UInt8]) -> Void) {
            var place = 0
            while place < bytes.count {
                let headCount = isUntyped ? 4 : 5
                if head.count < headCount {
                    head.append(bytes[place])
                    place += 1
                    guard head.count == headCount else { continue }
                    missing = max(0, head.suffix(4).reduce(0) { $0 << 8 | Int($1) } - 4)
                } else {
                    let count = min(missing, bytes.count - place)
                    body += bytes[place..<(place + min(count, max(0, Self.keptMax - body.count)))]
                    place += count
                    missing -= count
                }
                if missing == 0 {
                    // The first message, of the start, has no type.
                    found(isUntyped ? 0 : head[0], body)
                    isUntyped = false
                    head = []
                    body = []
                }
            }
        }
    }
}
