/// The members of a record in NXTele's day list (providers.md §1.7) that a bill consists of: all but the text.
enum BilledField: Int, WireField {
    case messageID, phone, senderID, submittedTime, reportedTime, report, reportStatus, size, price, billingStatus,
        network

    var wireName: String {
        switch self {
        case .messageID: "msgid"
        case .phone: "phone"
        case .senderID: "senderid"
        case .submittedTime: "date"
        case .reportedTime: "dr_time"
        case .report: "dr"
        case .reportStatus: "dr_status"
        case .size: "billing_size"
        case .price: "billing_price"
        case .billingStatus: "billing_status"
        case .network: "network"
        }
    }
}
