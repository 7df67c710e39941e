/// The members of a record in NXTele's record queries (providers.md §1.7).
enum RecordField: Int, WireField {
    case messageID, phone, report, reportStatus, reportedTime, submittedTime, size, price

    var wireName: String {
        switch self {
        case .messageID: "msgid"
        case .phone: "phone"
        case .report: "dr"
        case .reportStatus: "dr_status"
        case .reportedTime: "dr_time"
        case .submittedTime: "date"
        case .size: "billing_size"
        case .price: "billing_price"
        }
    }
}
