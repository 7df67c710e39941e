import Domain
import Testing

struct ReceiptContentTests {
    @Test func `the greater content is the same whatever came first, to the byte`() {
        var random = SplitMix64(seed: 11)
        for _ in 0..<50_000 {
            let (a, b, c) = (random.content(), random.content(), random.content())
            #expect(bytes(max(a, b)) == bytes(max(b, a)))
            #expect(bytes(max(max(a, b), c)) == bytes(max(a, max(b, c))))
            #expect(bytes(max(a, a)) == bytes(a))
            #expect([a < b, b < a, a == b].count { $0 } == 1)
            if a == b { #expect(a.hashValue == b.hashValue) }
        }
    }

    @Test func `fields decide in their order, nil lowest`() {
        let ascending: [ReceiptContent] = [
            ReceiptContent(),
            ReceiptContent(ext: "z"),
            ReceiptContent(submittedTime: "z"),
            ReceiptContent(result: "z", submittedTime: "a", ext: "a"),
            ReceiptContent(currency: "", result: "a"),
            ReceiptContent(currency: "CNY", result: "a"),
            ReceiptContent(currency: "USD", result: "a"),
            ReceiptContent(rate: Amount("0"), result: "a"),
            ReceiptContent(rate: Amount("7.05"), result: "a"),
            ReceiptContent(size: 0, result: "a"),
            ReceiptContent(size: 2, rate: Amount("1"), result: "a"),
            ReceiptContent(price: Amount("0"), result: "a"),
            ReceiptContent(price: Amount("0.045"), size: 9),
            ReceiptContent(price: Amount("0.05"), size: 1),
        ]
        for (left, right) in zip(ascending, ascending.dropFirst()) {
            #expect(left < right)
            #expect(!(right < left))
        }
    }

    private func bytes(_ content: ReceiptContent) -> [[UInt8]?] {
        [
            content.price.map { Array($0.description.utf8) }, content.size.map { Array(String($0).utf8) },
            content.rate.map { Array($0.description.utf8) }, content.currency.map { Array($0.utf8) },
            Array(content.result.utf8), Array(content.submittedTime.utf8), Array(content.ext.utf8),
        ]
    }
}
