@testable import Ingress

/// A connection as the framing sees it: keeps the bytes, does what the steps say, answers every message at once.
struct FramedConnection {
    /// What came out of it.
    enum Event: Equatable {
        /// A head as it came, and where its body ends.
        case head(String, RequestHead.Body)
        /// Body bytes; neighbouring ones joined.
        case body([UInt8])
        case refusal(RequestFraming.Refusal)
    }

    static let limits = RequestFraming.Limits(requestLineBytesMax: 8_192, headBytesMax: 16_384)
    static let repairable = RouteTable(receiptAliases: ["/callback"]).repairable

    var framing: RequestFraming
    var events: [Event] = []
    var heads: [RequestHead] = []
    var held: [UInt8] = []
    var heldBytesHighest = 0
    var answersAtOnce = true

    init(limits: RequestFraming.Limits = Self.limits) {
        framing = RequestFraming(limits: limits, repairable: Self.repairable)
    }

    mutating func feed(_ bytes: some Sequence<UInt8>) {
        held.append(contentsOf: bytes)
        heldBytesHighest = max(heldBytesHighest, held.count)
        while true {
            let step = held.withUnsafeBytes { framing.step($0) }
            switch step {
            case .more:
                return
            case .hold:
                guard answersAtOnce else { return }
                answer()
                if held.isEmpty { return }
            case .skip(let count):
                held.removeFirst(count)
            case .head(let head, let bodyBytes):
                heads.append(head)
                events.append(.head(String(decoding: held[..<head.length], as: UTF8.self), head.body))
                held.removeFirst(head.length)
                takeBody(bodyBytes)
            case .body(let count):
                takeBody(count)
            case .refuse(let refusal):
                events.append(.refusal(refusal))
                held = []
            case .discard:
                held = []
                return
            }
        }
    }

    mutating func feed(_ text: String) {
        feed(Array(text.utf8))
    }

    mutating func answer() {
        framing.responseWritten(reusable: heads.last?.allowsReuse ?? false)
    }

    private mutating func takeBody(_ count: Int) {
        guard count > 0 else { return }
        let bytes = Array(held[..<count])
        held.removeFirst(count)
        if case .body(let before)? = events.last {
            events[events.count - 1] = .body(before + bytes)
        } else {
            events.append(.body(bytes))
        }
    }
}
