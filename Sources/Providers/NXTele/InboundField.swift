/// The fields of NXTele's callback for virtual numbers (its wiki, pages "DID SMS Callback").
enum InboundField: Int, WireField {
    case messageID, type, to, from, content, size, price, reportedTime, status

    var wireName: String {
        switch self {
        case .messageID: "messageId"
        case .type: "type"
        case .to: "toPhone"
        case .from: "fromPhone"
        case .content: "content"
        case .size: "size"
        case .price: "price"
        case .reportedTime: "receiveTime"
        case .status: "smsStatus"
        }
    }
}
