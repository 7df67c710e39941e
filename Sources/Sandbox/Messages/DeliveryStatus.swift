/// NXTele's status numbers of a report (providers.md §1.4).
package enum DeliveryStatus: Int, Hashable, Sendable, CaseIterable {
    /// Delivered.
    case delivered = 2
    /// Not delivered.
    case undelivered = 5
    /// Rejected.
    case rejected = 6
    /// Expired before it was delivered.
    case expired = 7
    /// Deleted.
    case deleted = 8
    /// The recipient wants no such messages.
    case doNotDisturb = 9
    /// Bad number.
    case badDestination = 10
    /// Bad sender.
    case badSender = 11
    /// Not known.
    case unknown = 12

    /// The text beside the number, in a receipt's `result` and a record's `dr`.
    package var text: String {
        switch self {
        case .delivered: "DELIVRD"
        case .undelivered: "UNDELIV"
        case .rejected: "REJECTD"
        case .expired: "EXPIRED"
        case .deleted: "DELETED"
        case .doNotDisturb: "DND"
        case .badDestination: "ESME_RINVDSTADR"
        case .badSender: "ESME_RINVSRCADR"
        case .unknown: "UNKNOWN"
        }
    }

    /// All that say that the message did not arrive.
    static let failures: [DeliveryStatus] = allCases.filter { $0 != .delivered && $0 != .unknown }
}
