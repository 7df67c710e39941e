/// The fields of NXTele's receipt callback (its wiki, page "Webhooks", January 2025).
enum ReceiptField: Int, WireField {
    case messageID, phone, status, result, reportedTime, submittedTime, price, rate, size, currency, ext

    var wireName: String {
        switch self {
        case .messageID: "messageid"
        case .phone: "phone"
        case .status: "status"
        case .result: "result"
        case .reportedTime: "drtime"
        case .submittedTime: "sendtime"
        case .price: "price"
        case .rate: "rate"
        case .size: "size"
        case .currency: "currency"
        case .ext: "ext"
        }
    }
}
