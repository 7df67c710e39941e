/// A result code and its words (providers.md §1.1 and §1.3); words say nothing a caller may rely on.
struct ResultCode: Hashable, Sendable {
    /// Digits.
    let code: String

    static let accepted = ResultCode(code: "0")
    static let wrongKey = ResultCode(code: "1")
    static let wrongParameter = ResultCode(code: "2")
    static let emptyContent = ResultCode(code: "4")
    static let contentTooLong = ResultCode(code: "5")
    static let badNumber = ResultCode(code: "6")
    static let tooManyNumbers = ResultCode(code: "7")
    static let badSender = ResultCode(code: "8")
    static let repeated = ResultCode(code: "26")
    static let tooFast = ResultCode(code: "28")
    static let systemError = ResultCode(code: "99")
    static let headerMissing = ResultCode(code: "1001")
    static let wrongBusiness = ResultCode(code: "1002")
    static let badSignature = ResultCode(code: "1003")
    static let badTime = ResultCode(code: "1004")
    static let wrongAccess = ResultCode(code: "1005")
    static let askedTooOften = ResultCode(code: "211")

    /// What stands in `result` or `message`.
    var words: String {
        switch code {
        case "0": "请求成功"
        case "1": "应用不可用或key错误"
        case "2": "参数错误或为空"
        case "3": "余额不足"
        case "4": "内容为空或包含非法关键字"
        case "5": "内容过长"
        case "6": "号码有误"
        case "7": "群发号码数量过多"
        case "8": "sender 1-20 digits or letters"
        case "9": "IP not allowed"
        case "26": "same phone and content within 5 minutes"
        case "27": "too many messages to this number"
        case "28": "TPS exceeded"
        case "88": "请求失败"
        case "99": "系统错误"
        case "102": "account deactivated"
        case "104": "more than 5 numbers"
        case "211": "asked too often"
        case "1001": "common header missing"
        case "1002": "bizType, action or parameter wrong"
        case "1003": "sign error"
        case "1004": "ts error"
        case "1005": "accessKey error"
        default: "failed"
        }
    }
}
