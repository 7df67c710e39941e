/// What becomes of one send call that nothing was wrong with.
package enum CallFate: Hashable, Sendable {
    /// Accepted and answered with code 0.
    case accepted
    /// Accepted; the connection is closed without an answer.
    case drop
    /// Not accepted; the connection is closed without an answer.
    case lost
    /// Accepted; the answer comes after the script's `hang-time`.
    case hang
    /// Accepted; the answer cannot be read.
    case garbage
    /// Not accepted; the answer cannot be read.
    case garbageLost
    /// Not accepted; an HTTP status of 300...599.
    case http(Int)
    /// Not accepted; HTTP 200 with this result code.
    case code(String)

    /// Whether the message is really sent.
    package var isAccepted: Bool {
        switch self {
        case .accepted, .drop, .hang, .garbage: true
        case .lost, .garbageLost, .http, .code: false
        }
    }

    /// The fate's name in a script; `accepted` is what remains and has no weight of its own.
    package var name: String {
        switch self {
        case .accepted: "accepted"
        case .drop: "drop"
        case .lost: "lost"
        case .hang: "hang"
        case .garbage: "garbage"
        case .garbageLost: "garbage-lost"
        case .http(let status): "http\(status)"
        case .code(let code): "code:\(code)"
        }
    }

    /// Reads a name that a script may give a weight; nil for every other text.
    init?(name: some StringProtocol) {
        switch String(name) {
        case "drop": self = .drop
        case "lost": self = .lost
        case "hang": self = .hang
        case "garbage": self = .garbage
        case "garbage-lost": self = .garbageLost
        case let text where text.hasPrefix("http"):
            guard let status = Self.number(text.dropFirst(4)), 300...599 ~= status else { return nil }
            self = .http(status)
        case let text where text.hasPrefix("code:"):
            guard let code = Self.number(text.dropFirst(5)), code > 0 else { return nil }
            self = .code("\(code)")
        default: return nil
        }
    }

    /// 1 to 4 ASCII digits.
    private static func number(_ digits: Substring) -> Int? {
        guard 1...4 ~= digits.utf8.count, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(digits)
    }
}
