import Domain

/// A message that the sandbox took: it counts as sent, whatever the caller was answered.
package struct Acceptance: Hashable, Sendable {
    /// When.
    package let acceptedAt: Timestamp
    /// The provider's id; with several numbers in one call, the id of this number.
    package let messageID: String
    /// The caller's `sys_messageid`.
    package let systemMessageID: String?
    /// What the receipts echo.
    package let ext: String?
    /// Country code and digits.
    package let phone: String
    /// The sender the caller asked for.
    package let senderID: String
    /// The text; kept for the record query, in memory only.
    package let content: String
    /// What represents the text in the accept log.
    package let fingerprint: ContentFingerprint
    /// How the call is answered.
    package let fate: CallFate
    /// What is reported, and how.
    package let report: ReportPlan
    /// Billed parts.
    package let size: Int
    /// How far the provider's local time is ahead of UTC.
    let utcOffset: Duration
    /// Where the receipts go; nil if nowhere.
    let receiptURL: String?

    /// The provider's local time of the acceptance, as receipts and records have it.
    var sendTime: String { localText(after: .zero) }

    /// The provider's local time of the report, to the second.
    var reportTime: String { localText(after: report.reportedAfter ?? .zero) }

    /// The time of the older report of 12 UNKNOWN, if there is one.
    var olderReportTime: String { localText(after: (report.reportedAfter ?? .zero) - .seconds(1)) }

    /// The provider's day of the acceptance.
    var day: CivilDate { (acceptedAt + utcOffset).day }

    /// Whether the provider knows by then what became of the message.
    func isReported(at now: Timestamp) -> Bool {
        guard let delay = report.reportedAfter else { return false }
        return acceptedAt + delay <= now
    }

    private func localText(after delay: Duration) -> String {
        (acceptedAt + utcOffset + delay).localText
    }
}

extension Timestamp {
    /// `yyyy-MM-dd HH:mm:ss` of a clock that shows this moment as UTC.
    fileprivate var localText: String {
        let text = iso8601
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
    }
}
