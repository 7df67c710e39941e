import Domain
import Store

/// What bears on whether an entry may be sent again.
struct ResendFacts: Sendable {
    var status: EntryStatus
    var deliveryState: DeliveryState
    var cycle: Int32
    /// Whether it waits in the queue.
    var isQueued: Bool
    /// Its attempts, of all cycles.
    var attempts: [AttemptRecord]
    /// How often it may be resent.
    var resendsMax: Int32
    /// Whether its recipient has opted out.
    var isSuppressed = false
}

/// Whether an entry may be sent again.
enum ResendVerdict: Sendable, Equatable {
    case resend
    /// 409: a cancelled one never.
    case cancelled
    /// 409: it is pending or sent.
    case notFailed
    /// 422: the recipient has opted out.
    case suppressed
    /// 429: resent as often as it may be.
    case capReached
    /// 409: the user must accept that it may arrive twice.
    case outcomeUnknown
}

/// Decides on a resend; whether it can be paid is another question. Pure.
///
/// What is unknown is asked of the current cycle: of earlier ones the user has accepted it with the resend before.
func decideResend(_ facts: ResendFacts, allowDuplicate: Bool) -> ResendVerdict {
    if facts.deliveryState == .cancelled { return .cancelled }
    guard facts.status == .failed, !facts.isQueued else { return .notFailed }
    if facts.isSuppressed { return .suppressed }
    guard facts.cycle < facts.resendsMax else { return .capReached }
    let isUnknown = facts.attempts.contains { $0.cycle == facts.cycle && $0.mayHaveBeenDelivered }
    return isUnknown && !allowDuplicate ? .outcomeUnknown : .resend
}

extension AttemptRecord {
    /// Whether the provider took it, or may have, and no receipt says what became of it.
    var mayHaveBeenDelivered: Bool {
        guard !receipts.contains(where: { $0.rank >= ReceiptRank.failed.rawValue }) else { return false }
        switch state {
        case .dispatched, .unclear, .accepted: return true
        case .prepared, .rejected, .notSent: return !receipts.isEmpty
        }
    }
}
