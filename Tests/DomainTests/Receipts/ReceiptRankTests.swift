import Domain
import Testing

struct ReceiptRankTests {
    @Test(
        arguments: [
            ("2", .delivered, 2), ("02", .delivered, 2), ("+2", .delivered, 2), (" 2 ", .delivered, 2),
            ("5", .failed, 5), ("6", .failed, 6), ("7", .failed, 7), ("8", .failed, 8), ("9", .failed, 9),
            ("10", .failed, 10), ("11", .failed, 11), ("1", .failed, 1), ("3", .failed, 3), ("0", .failed, 0),
            ("-0", .failed, 0), ("-2", .failed, -2), ("22", .failed, 22), ("9223372036854775807", .failed, Int.max),
            ("9223372036854775808", .failed, nil), ("-9223372036854775808", .failed, Int.min),
            ("99999999999999999999999999999999999999", .failed, nil), ("12", .unknown, 12), ("012", .unknown, 12),
            ("", .unknown, nil), ("  ", .unknown, nil), ("DELIVRD", .unknown, nil), ("2.0", .unknown, nil),
            ("2x", .unknown, nil), ("0x2", .unknown, nil), ("２", .unknown, nil), ("+", .unknown, nil),
            ("-", .unknown, nil), ("+-2", .unknown, nil), ("2 2", .unknown, nil),
        ] as [(String, ReceiptRank, Int?)])
    func `the status alone gives the rank`(status: String, rank: ReceiptRank, number: Int?) {
        let receipt = Receipt(
            messageID: "m", phone: "6282167624806", status: status, reportedTime: "",
            content: ReceiptContent(result: "DELIVRD"))
        #expect(receipt.rank == rank)
        #expect(receipt.statusNumber == number)
        let evidence = ReceiptEvidence(
            receipt, key: ReceiptKey(rawValue: 1), receivedAt: Timestamp(microseconds: 0))
        #expect(evidence.rank == rank)
        #expect(evidence.statusNumber == number)
    }

    @Test func `delivered beats failed beats unknown`() {
        #expect(ReceiptRank.allCases.sorted() == [.unknown, .failed, .delivered])
    }
}
