import Domain

/// How a provider is asked to send, and what its answers mean. Pure: it makes and reads bytes, and calls nobody.
///
/// Replies are any bytes at all; hostile ones cost O(n) and never trap.
package protocol SendingProvider: Sendable {
    /// The provider's name in `ops.provider`, e.g. `nxtele`.
    var name: String { get }

    /// The call that sends a message.
    func send(_ message: OutgoingMessage, at now: Timestamp) -> ProviderCall
    /// What the reply to a send means.
    func result(of reply: ProviderReply) -> SendResult

    /// The call that asks for one message's record.
    func lookUp(messageID: String, day: CivilDate) -> ProviderCall
    /// What the reply to it means.
    func lookUpResult(of reply: ProviderReply) -> RecordAnswer

    /// The call that asks for a page of a day's records.
    ///
    /// - Parameters:
    ///   - page: from 1 on.
    ///   - pageSize: 1...``ReplyLimits/pageRecordsMax``; the nearest of these is taken for another number.
    func dayList(_ day: CivilDate, page: Int, pageSize: Int) -> ProviderCall
    /// What the reply to it means.
    func dayListResult(of reply: ProviderReply) -> DayListAnswer

    /// The call that asks for the balance.
    func balance(at now: Timestamp) -> ProviderCall
    /// What the reply to it means.
    func balanceResult(of reply: ProviderReply) -> BalanceAnswer
}
