import Domain

/// An inbound SMS that is one of the words by which people opt out or in. It concerns the messages of the account whose
/// key or token it came with, because neither provider names another account.
struct OptOutMessage: Sendable, Equatable {
    /// Who sent it; nil where that cannot be read as E.164, such as a national number with its 0: whose it is, is not known,
    /// and nothing follows.
    ///
    /// Digits alone that do not begin with 0 are read as beginning with the country code, Onoff's too: its samples are
    /// such, and receivers get `33…` (providers.md, section 2). Demanding a `+` would lose those people's STOP. The price:
    /// where an account's numbers come with neither country code nor 0 (`4155552671`), another number may get on its list.
    var number: PhoneNumber?
    /// The SMS's own key, the same in every copy of it.
    var eventKey: String
    var kind: SuppressionKind
    var word: String

    /// Looks at SMS to our numbers and at what the users of a log received; nil for every other event and any other text.
    init?(_ event: WebhookEvent, _ words: OptOutWords) {
        let text: String
        let sender: String
        switch event {
        case .inbound(let message):
            eventKey = ReceiptKey(rawValue: message.key).description
            (text, sender) = (message.content, message.fromNumber)
        case .smsLog(let log) where log.isReceived:
            eventKey = log.eventID
            (text, sender) = (log.body, log.externalNumber)
        case .receipt, .smsLog, .otherEvent: return nil
        }
        guard let (wish, word) = words.wish(of: text) else { return nil }
        self.word = word
        kind = SuppressionKind(wish)
        number = PhoneNumber(e164: sender)
    }
}
