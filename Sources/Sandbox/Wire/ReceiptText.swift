/// A receipt as NXTele writes it (providers.md §1.4): the fields in the order of the documentation's sample, times with
/// a raw space.
enum ReceiptText {
    /// The unit price of every message.
    static let price = "0.045"
    private static let rate = "6.4845"
    private static let currency = "USD"

    /// The final report.
    static func final(_ acceptance: Acceptance) -> String {
        text(acceptance, acceptance.report.status, at: acceptance.reportTime)
    }

    /// The older one, for messages whose reports come in the wrong order.
    static func older(_ acceptance: Acceptance) -> String {
        text(acceptance, .unknown, at: acceptance.olderReportTime)
    }

    private static func text(_ acceptance: Acceptance, _ status: DeliveryStatus, at time: String) -> String {
        var text = "result=\(status.text)&size=\(acceptance.size)&phone=\(acceptance.phone)&rate=\(rate)"
        text += "&price=\(price)&messageid=\(acceptance.messageID)&drtime=\(time)&currency=\(currency)"
        text += "&sendtime=\(acceptance.sendTime)&status=\(status.rawValue)"
        if let ext = acceptance.ext { text += "&ext=\(escaped(ext))" }
        return text
    }

    /// With everything but letters, digits and `-._~` as percent escapes.
    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
