/// One call of a send API that nothing is wrong with.
struct SendCall: Hashable, Sendable {
    /// The spelling of a send API's parameters.
    struct Names {
        var phone = "phone"
        var content = "content"
        var senderID: String
        var systemMessageID: String
        var receiptURL: String
        var ext = "ext"

        /// `/api/sms/mtsend`.
        static let form = Names(senderID: "source_address", systemMessageID: "sys_messageid", receiptURL: "dr_url")
        /// `/api/sms/mtsend_v2` and `/v1/sms/mt`.
        static let json = Names(senderID: "sourceAddress", systemMessageID: "sysMessageId", receiptURL: "drUrl")
    }

    /// Each 7 to 15 digits; at least one.
    let phones: [String]
    /// The text.
    let content: String
    /// The sender; empty where none was asked for.
    let senderID: String
    /// The caller's id.
    let systemMessageID: String?
    /// Where the receipt goes instead of the configured address.
    let receiptURL: String?
    /// What the receipt echoes.
    let ext: String?

    private static let contentUnitsMax = 1_000
    private static let numbersMax = 100

    /// Checks the parameters in the order of their codes.
    init(_ names: Names, _ value: (String) -> String?) throws(Refusal) {
        guard let phone = value(names.phone) else { throw Refusal(.wrongParameter) }
        guard let content = value(names.content) else { throw Refusal(.emptyContent) }
        guard content.utf16.count <= Self.contentUnitsMax else { throw Refusal(.contentTooLong) }
        phones = phone.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard phones.count <= Self.numbersMax else { throw Refusal(.tooManyNumbers) }
        guard phones.allSatisfy(Self.isNumber) else { throw Refusal(.badNumber) }
        senderID = value(names.senderID) ?? ""
        guard senderID.utf8.count <= 20, senderID.utf8.allSatisfy(Self.isLetterOrDigit) else {
            throw Refusal(.badSender)
        }
        systemMessageID = value(names.systemMessageID)
        if let systemMessageID {
            guard 10...50 ~= systemMessageID.utf8.count,
                systemMessageID.utf8.allSatisfy({ Self.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") })
            else { throw Refusal(.wrongParameter) }
        }
        self.content = content
        receiptURL = value(names.receiptURL)
        ext = value(names.ext)
    }

    /// Why a call is not taken.
    struct Refusal: Error, Hashable {
        let code: ResultCode
        init(_ code: ResultCode) { self.code = code }
    }

    private static func isNumber(_ text: String) -> Bool {
        7...15 ~= text.utf8.count && text.utf8.first != UInt8(ascii: "0")
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
