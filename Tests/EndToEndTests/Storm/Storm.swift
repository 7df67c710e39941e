import TestSupport

/// Ten thousand webhooks of every kind, and what they are about. The same for the same seed.
struct Storm: Sendable {
    /// Webhooks in all, three in ten of which repeat another.
    static let count = 10_000
    /// Those that no parser can read.
    static let garbageCount = 100

    /// Every webhook that says something no other does, once, in order.
    private(set) var inOrder: [[UInt8]] = []
    /// These and their copies, shuffled.
    private(set) var shuffled: [[UInt8]] = []
    /// What is in the outbox.
    private(set) var messages: [StormMessage] = []

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var events: [Event] = []
        Self.makeReceipts(4_400, into: &events, &messages, &random)
        for number in 0..<1_500 { events.append(.sms(StormOnoff.sms(number, &random))) }
        for number in 0..<300 { events.append(.other(StormOnoff.otherEvent(number))) }
        for number in 0..<500 { events.append(.inbound(StormInbound.message(number, &random))) }
        Self.makeNumberReceipts(200, into: &events, &messages, &random)
        messages.removeAll { !$0.isInOutbox }
        events.shuffle(using: &random)
        inOrder = events.map { $0.request(&random) }

        var copies: [[UInt8]] = []
        while inOrder.count + Self.garbageCount + copies.count < Self.count {
            let place = Int.random(in: 0..<events.count, using: &random)
            if case .receipt(var receipt) = events[place], Int.random(in: 0..<5, using: &random) == 0 {
                // The same receipt with another content: it says something new, so the one worker gets it too.
                receipt.contradict(&random)
                inOrder.append(receipt.request(&random))
            } else {
                copies.append(Bool.random(using: &random) ? inOrder[place] : events[place].request(&random))
            }
        }
        for number in 0..<Self.garbageCount {
            inOrder.insert(StormGarbage.request(number), at: Int.random(in: 0...inOrder.count, using: &random))
        }
        shuffled = (inOrder + copies).shuffled(using: &random)
    }

    private enum Event {
        case receipt(StormReceipt), sms([(String, String)]), other([UInt8]), inbound([(String, String)])

        func request(_ random: inout SeededGenerator) -> [UInt8] {
            switch self {
            case .receipt(let receipt): receipt.request(&random)
            case .sms(let members): StormOnoff.request(members, &random)
            case .other(let json): StormOnoff.request(json: json, &random)
            case .inbound(let fields): StormInbound.request(fields, &random)
            }
        }
    }

    private static func makeReceipts(
        _ count: Int, into events: inout [Event], _ messages: inout [StormMessage], _ random: inout SeededGenerator
    ) {
        var made = 0
        while made < count {
            let message = StormMessage(messages.count, &random)
            messages.append(message)
            for place in 0..<min(1 + Int.random(in: 0..<3, using: &random), count - made) {
                events.append(.receipt(message.receipt(place, &random)))
                made += 1
            }
        }
    }

    private static func makeNumberReceipts(
        _ count: Int, into events: inout [Event], _ messages: inout [StormMessage], _ random: inout SeededGenerator
    ) {
        for _ in 0..<count {
            let message = StormMessage(messages.count, match: .providerID, &random)
            messages.append(message)
            let isDelivered = Bool.random(using: &random)
            events.append(
                .inbound(StormInbound.receipt(of: message, isDelivered: isDelivered, second: messages.count % 50)))
        }
    }
}

extension StormReceipt {
    /// Makes it contradict itself: more or less money, other parts, other words.
    mutating func contradict(_ random: inout SeededGenerator) {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: price = "0.0\(10 + Int.random(in: 0..<89, using: &random))1"
        case 1: size = "\(5 + Int.random(in: 0..<5, using: &random))"
        case 2: result = "ALSO \(Int.random(in: 0..<5, using: &random))"
        default: rate = "7.0\(Int.random(in: 0..<9, using: &random))5"
        }
    }
}
