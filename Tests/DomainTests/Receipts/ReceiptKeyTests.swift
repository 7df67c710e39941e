import Domain
import Testing

struct ReceiptKeyTests {
    private let documented = receipt("b308d94a73f94e6d84ae975c41f4b2a6", "6282167624806", "2", "2021-02-26 10:01:15")

    @Test(arguments: [
        receipt(" b308d94a73f94e6d84ae975c41f4b2a6", "6282167624806", "2", "2021-02-26 10:01:15"),
        receipt("B308D94A73F94E6D84AE975C41F4B2A6", "6282167624806", "2", "2021-02-26 10:01:15"),
        receipt("b308d94a-73f9-4e6d-84ae-975c41f4b2a6", "6282167624806", "2", "2021-02-26 10:01:15"),
        receipt("b308d94a73f94e6d84ae975c41f4b2a6", "+6282167624806", "2", "2021-02-26 10:01:15"),
        receipt("b308d94a73f94e6d84ae975c41f4b2a6", " 6282167624806", "2", "2021-02-26 10:01:15"),
        receipt("b308d94a73f94e6d84ae975c41f4b2a6", "006282167624806", "2", "2021-02-26 10:01:15"),
        receipt("b308d94a73f94e6d84ae975c41f4b2a6", "6282167624806", "02", "2021-02-26 10:01:15"),
        receipt("b308d94a73f94e6d84ae975c41f4b2a6", "6282167624806", " 2\r\n", "2021-02-26 10:01:15\n"),
    ])
    func `every spelling of one receipt has the same bytes`(copy: Receipt) {
        #expect(ReceiptKey.canonicalBytes(of: copy) == ReceiptKey.canonicalBytes(of: documented))
    }

    @Test(arguments: ["0", "-0", "+0", "00", "-00"])
    func `nought is one status, however it is signed`(status: String) {
        let one = receipt("x", "6282167624806", status, "2021-02-26 10:01:15")
        #expect(
            ReceiptKey.canonicalBytes(of: one)
                == ReceiptKey.canonicalBytes(of: receipt("x", "6282167624806", "0", "2021-02-26 10:01:15")))
    }

    @Test func `what is no part of the identity changes nothing`() {
        var copy = documented
        copy.content = ReceiptContent(price: Amount("9"), size: 3, currency: "USD", result: "UNDELIV", ext: "x")
        #expect(ReceiptKey.canonicalBytes(of: copy) == ReceiptKey.canonicalBytes(of: documented))
    }

    @Test(arguments: [
        receipt("b308d94a73f94e6d84ae975c41f4b2a7", "6282167624806", "2", "2021-02-26 10:01:15"),
        receipt("b308d94a73f94e6d84ae975c41f4b2a6-1234567890", "6282167624806", "2", "2021-02-26 10:01:15"),
        receipt("b308d94a73f94e6d84ae975c41f4b2a6", "6282167624807", "2", "2021-02-26 10:01:15"),
        receipt("b308d94a73f94e6d84ae975c41f4b2a6", "6282167624806", "-2", "2021-02-26 10:01:15"),
        receipt("b308d94a73f94e6d84ae975c41f4b2a6", "6282167624806", "5", "2021-02-26 10:01:15"),
        receipt("b308d94a73f94e6d84ae975c41f4b2a6", "6282167624806", "2", "2021-02-26 10:01:16"),
        receipt("b308d94a73f94e6d84ae975c41f4b2a6", "6282167624806", "2", ""),
    ])
    func `another receipt has other bytes`(other: Receipt) {
        #expect(ReceiptKey.canonicalBytes(of: other) != ReceiptKey.canonicalBytes(of: documented))
    }

    @Test func `text cannot wander from one field into the next`() {
        let parts = ["", "1", "11", "111"]
        var seen: [[UInt8]: Receipt] = [:]
        for id in parts {
            for status in parts {
                for time in parts {
                    let one = receipt(id, "6282167624806", status, time)
                    #expect(seen.updateValue(one, forKey: ReceiptKey.canonicalBytes(of: one)) == nil)
                }
            }
        }
    }

    @Test func `the bytes are as documented`() {
        let bytes = ReceiptKey.canonicalBytes(of: receipt("A-1", "+4915112345678", "007", " x "))
        let expected: [UInt8] =
            [0, 0, 0, 3] + Array("A-1".utf8) + [0, 0, 0, 13] + Array("4915112345678".utf8)
            + [0, 0, 0, 1] + Array("7".utf8) + [0, 0, 0, 1] + Array("x".utf8)
        #expect(bytes == expected)
    }

    @Test(
        arguments: [
            ("2000-01-01 00:00:00", 0), ("2000-01-01 00:00:01", 1), ("2021-02-26 10:01:15", 667_648_875),
            ("1999-12-31 23:59:59", 0), ("0001-01-01 00:00:00", 0), ("2136-02-07 06:28:15", 4_294_967_295),
            ("2136-02-07 06:28:16", 4_294_967_295), ("9999-12-31 23:59:59", 4_294_967_295), ("unreadable", 0),
        ] as [(String, UInt32)])
    func `the key begins with the seconds since 2000`(time: String, seconds: UInt32) {
        let key = ReceiptKey(reportedTime: LocalTime(time), digest: (1...32).map(UInt8.init))
        #expect(UInt32(truncatingIfNeeded: key.rawValue >> 96) == seconds)
        #expect(key.rawValue & (1 << 96 - 1) == 0x0102_0304_0506_0708_090A_0B0C)
    }

    @Test func `a digest that is too short is filled with zeros`() {
        #expect(ReceiptKey(reportedTime: nil, digest: [0xAB]).rawValue == UInt128(0xAB) << 88)
    }
}

private func receipt(_ messageID: String, _ phone: String, _ status: String, _ time: String) -> Receipt {
    Receipt(messageID: messageID, phone: phone, status: status, reportedTime: time, content: ReceiptContent())
}
