import Domain
import TestSupport
import Testing

@testable import Alerting

@Suite struct `The schedule of deliveries` {
    @Test func `is the specification's in the middle of its spread`() {
        let delays = (0..<9).compactMap {
            DeliverySchedule.delay(afterTriesBefore: $0, retryAfter: nil, jitter: 0.5)
        }
        #expect(delays.count == 9)
        let whole = delays.reduce(Duration.zero, +)
        #expect(whole == .seconds(272_105))  // 75:35:05
        #expect(DeliverySchedule.delays.first == .zero && DeliverySchedule.triesMax == 10)
        #expect(DeliverySchedule.delay(afterTriesBefore: 9, retryAfter: .seconds(1), jitter: 0.5) == nil)
    }

    @Test func `stays in its bounds, and honours what the receiver asks for within them`() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            let tries = Int32.random(in: -1...12, using: &random)
            let asked: Duration? =
                Bool.random(using: &random) ? .seconds(Int64.random(in: 0...999_999_999, using: &random)) : nil
            let jitter = Double.random(in: -0.5...1.5, using: &random)
            let delay = DeliverySchedule.delay(afterTriesBefore: tries, retryAfter: asked, jitter: jitter)
            guard let delay else {
                #expect(tries >= 9)
                continue
            }
            let place = Int(max(0, tries)) + 1
            guard place < 10 else {
                Issue.record("a try after the last: \(tries)")
                return
            }
            let regular = DeliverySchedule.delays[place]
            let longest = min(asked ?? .zero, DeliverySchedule.retryAfterMax)
            let holds = delay >= regular * 0.9 && delay >= longest && delay <= max(regular * 1.1, longest)
            guard holds else {
                Issue.record("\(delay) after \(tries) tries and \(String(describing: asked))")
                return
            }
        }
    }

    @Test func `spreads what failed together`() {
        let delays = Set(
            (0..<10).compactMap {
                DeliverySchedule.delay(afterTriesBefore: 1, retryAfter: nil, jitter: Double($0) / 10)
            })
        #expect(delays.count == 10)
    }
}
