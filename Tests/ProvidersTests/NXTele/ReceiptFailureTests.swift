import Domain
import Testing

@testable import Providers

struct ReceiptFailureTests {
    private static let long = String(repeating: "9", count: 2_000)

    private static let fields: [(field: String, value: String?, reason: ParseFailure.Reason)] = [
        ("messageid", nil, .missingField), ("messageid", "", .missingField), ("messageid", "+%20", .missingField),
        ("phone", nil, .missingField), ("phone", "", .missingField), ("status", nil, .missingField),
        ("status", "%0A", .missingField),
        ("phone", "%2B", .badPhone), ("phone", "abc", .badPhone), ("phone", "628x2", .badPhone),
        ("phone", "123,456", .badPhone), ("phone", "12%2B3", .badPhone), ("phone", "١٢٣", .badPhone),
        ("phone", "123456789012345678901", .badPhone), ("phone", long, .tooLong),
        ("messageid", "a%00b", .nulByte), ("phone", "1%00", .nulByte), ("status", "%00", .nulByte),
        ("drtime", "%00", .nulByte), ("ext", "a\0b", .nulByte), ("result", "%00", .nulByte),
        ("price", "%00", .nulByte), ("currency", "%00", .nulByte), ("sendtime", "%00", .nulByte),
        ("messageid", "%FF", .invalidUTF8), ("status", "%C3", .invalidUTF8), ("ext", "%ED%A0%80", .invalidUTF8),
        ("result", "%C0%80", .invalidUTF8), ("drtime", "%F4%90%80%80", .invalidUTF8), ("phone", "%80", .invalidUTF8),
        ("size", "%FF", .invalidUTF8), ("currency", "%E2%82", .invalidUTF8), ("sendtime", "%FE", .invalidUTF8),
        ("messageid", "a%0Ab", .controlCharacter), ("status", "2%1B2", .controlCharacter),
        ("result", "%01", .controlCharacter), ("ext", "a%7F", .controlCharacter),
        ("drtime", "a%09b", .controlCharacter),
        ("messageid", long, .tooLong), ("status", long, .tooLong), ("result", long, .tooLong), ("ext", long, .tooLong),
        ("drtime", long, .tooLong), ("sendtime", long, .tooLong), ("currency", long, .tooLong),
        ("price", long, .badNumber), ("rate", long, .badNumber), ("size", long, .badNumber),
        ("price", "1e5", .badNumber), ("price", "-1", .badNumber), ("price", "NaN", .badNumber),
        ("price", "0,045", .badNumber), ("price", ".", .badNumber), ("rate", "1.2.3", .badNumber),
        ("rate", "0.0000000000000000001", .badNumber), ("price", "10000000000000000000000000000", .badNumber),
        ("size", "1.0", .badNumber), ("size", "-1", .badNumber), ("size", "2147483648", .badNumber),
        ("size", "99999999999999999999", .badNumber), ("size", "0x1", .badNumber),
    ]

    @Test(arguments: fields)
    func `a bad value is refused by its field's name`(field: String, value: String?, reason: ParseFailure.Reason) {
        let found = failure(NXTeleReceiptParser(), webhook(body: form(NXTeleSample.receiptFields, [field: value])))
        #expect(found?.reason == reason)
        #expect(found?.field == field)
        #expect(found?.detail.hasPrefix(field) == true)
    }

    private static let edges: [(field: String, value: String)] = [
        ("messageid", String(repeating: "a", count: ParserLimits.identifierBytesMax)),
        ("phone", String(repeating: "1", count: ParserLimits.phoneDigitsMax)),
        ("status", String(repeating: "1", count: ParserLimits.codeBytesMax)),
        ("ext", String(repeating: "é", count: ParserLimits.noteBytesMax / 2)),
        ("size", "2147483647"), ("size", "0"), ("price", "0"), ("price", "+1.5"),
        ("price", "9999999999999999999999999999"), ("rate", "0.000000000000000001"),
    ]

    @Test(arguments: edges)
    func `the last value before a limit is accepted`(field: String, value: String) {
        let raw = webhook(body: form(NXTeleSample.receiptFields, [field: value]))
        #expect(failure(NXTeleReceiptParser(), raw) == nil)
    }

    private static let bodies: [(body: String, reason: ParseFailure.Reason, field: String?)] = [
        ("", .empty, nil), ("\r\n", .missingField, "messageid"), ("{", .malformedJSON, nil),
        ("{}", .missingField, "messageid"), ("{\"status\":2,}", .malformedJSON, nil),
        ("[1]", .missingField, "messageid"), ("&&&===", .missingField, "messageid"),
        (object(NXTeleSample.receiptMembers, ["phone": "true"]), .wrongType, "phone"),
        (object(NXTeleSample.receiptMembers, ["status": "{\"a\":2}"]), .wrongType, "status"),
        (object(NXTeleSample.receiptMembers, ["status": "null"]), .missingField, "status"),
        (object(NXTeleSample.receiptMembers, ["messageid": "\"a\\u0000\""]), .nulByte, "messageid"),
        (object(NXTeleSample.receiptMembers, ["price": "1e999999"]), .badNumber, "price"),
        (object(NXTeleSample.receiptMembers, ["ext": "\"\\ud800\""]), .loneSurrogate, "ext"),
        (object(NXTeleSample.receiptMembers, ["x": String(repeating: "[", count: 60_000)]), .tooDeep, nil),
    ]

    @Test(arguments: bodies)
    func `a body without a receipt is refused`(body: String, reason: ParseFailure.Reason, field: String?) {
        let found = failure(NXTeleReceiptParser(), webhook(body: body))
        #expect(found?.reason == reason)
        #expect(found?.field == field)
    }

    @Test func `an input above the limit is refused before it is read`() {
        let body = [UInt8](repeating: 0x26, count: ParserLimits.inputBytesMax)
        #expect(failure(NXTeleReceiptParser(), webhook(query: [], body: body))?.reason == .missingField)
        #expect(failure(NXTeleReceiptParser(), webhook(query: [0x26], body: body))?.reason == .tooLarge)
    }

    @Test func `a refusal repeats nothing of the input`() {
        let secret = "s3cr3t"
        let changes: [[String: String?]] = [
            ["phone": secret], ["price": secret], ["status": secret + "%00"], ["ext": secret + "%FF"],
        ]
        for change in changes {
            let found = failure(NXTeleReceiptParser(), webhook(body: form(NXTeleSample.receiptFields, change)))
            #expect(found.map { String(describing: $0).contains(secret) } == false)
        }
    }
}
