import Domain
import Testing

struct ReceiptMergeTests {
    @Test func `merge is commutative, associative and idempotent to the byte`() {
        var random = SplitMix64(seed: 9)
        for _ in 0..<50_000 {
            let (a, b, c) = (random.receiptEvidence(), random.receiptEvidence(), random.receiptEvidence())
            #expect(bytes(merge(a, b)) == bytes(merge(b, a)))
            #expect(bytes(merge(merge(a, b), c)) == bytes(merge(a, merge(b, c))))
            #expect(bytes(merge(a, a)) == bytes(a))
        }
    }

    @Test func `the order of evidence is total`() {
        var random = SplitMix64(seed: 10)
        for _ in 0..<50_000 {
            let (a, b, c) = (random.receiptEvidence(), random.receiptEvidence(), random.receiptEvidence())
            #expect([a < b, b < a, a == b].count { $0 } == 1)
            if a < b, b < c { #expect(a < c) }
            if a == b { #expect(a.hashValue == b.hashValue && bytes(a) == bytes(b)) }
        }
    }

    @Test(
        arguments: [
            // (lesser, greater), each as status, reported time, key: the first that differs in this order decides.
            (("12", "2021-02-26 10:01:16", 9), ("5", "", 0)),
            (("5", "2021-02-26 10:01:16", 9), ("2", "", 0)),
            (("5", "", 9), ("5", "2021-02-26 10:01:15", 0)),
            (("5", "2021-02-30 10:01:15", 9), ("9", "2021-02-26 10:01:15", 0)),
            (("5", "2021-02-26 10:01:15", 9), ("9", "2021-02-26 10:01:16", 0)),
            (("9", "2021-02-26 10:01:15", 9), ("5", "2021-02-26 10:01:15", 0)),
            (("99999999999999999999", "", 9), ("9223372036854775807", "", 0)),
            (("99999999999999999999", "", 9), ("99999999999999999998", "", 0)),
            (("100000000000000000000", "", 9), ("99999999999999999999", "", 0)),
            (("0", "", 9), ("-1", "", 0)),
            (("-1", "", 9), ("-99999999999999999999", "", 0)),
            (("UNKNOWN", "", 9), ("12", "", 0)),
            (("5", "", 0), ("5", "", 1)),
            (("05", "", 0), ("5", "", 1)),
        ] as [((String, String, UInt64), (String, String, UInt64))])
    func `rank, then time, then lower status, then key decides`(
        lesser: (String, String, UInt64), greater: (String, String, UInt64)
    ) {
        #expect(evidence(lesser) < evidence(greater))
        #expect(merge(evidence(lesser), evidence(greater)) == evidence(greater))
    }

    @Test func `of two copies of one receipt the earlier arrival stands`() {
        let early = evidence(("2", "", 1), receivedAt: 1)
        let late = evidence(("2", "", 1), receivedAt: 2)
        #expect(merge(early, late).receivedAt == merge(late, early).receivedAt)
        #expect(merge(late, early).receivedAt == Timestamp(microseconds: 1))
    }

    private func evidence(_ fields: (String, String, UInt64), receivedAt: Int64 = 0) -> ReceiptEvidence {
        ReceiptEvidence(
            key: ReceiptKey(rawValue: UInt128(fields.2)), status: fields.0, result: "", reportedTime: fields.1,
            receivedAt: Timestamp(microseconds: receivedAt))
    }

    /// Every field to the byte, independent of how evidence is compared.
    private func bytes(_ evidence: ReceiptEvidence) -> [[UInt8]] {
        [
            Array(evidence.key.description.utf8), Array(evidence.status.utf8), Array(evidence.result.utf8),
            Array(evidence.reportedTime.utf8), Array(String(evidence.receivedAt.microseconds).utf8),
        ]
    }
}
