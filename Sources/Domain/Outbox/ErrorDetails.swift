// Sentences for `errorDetails`. Providers' words appear only as short plain tokens: they are foreign text, may be in
// any language, and may contain the phone number.

func undeliveredDetails(_ receipt: ReceiptEvidence?) -> String {
    let status = receipt.flatMap { token(ReceiptStatus($0.status).canonicalText) }.map { "status \($0)" }
    let result = receipt.flatMap { token($0.result) }
    return sentence("The provider reported that the message was not delivered", [status, result])
}

func rejectedDetails(_ code: String?, failed: Bool) -> String {
    sentence(
        failed ? "The provider failed, and no automatic retry is left" : "The provider refused the message",
        [code.flatMap(token).map { "code \($0)" }])
}

func notTakenDetails(_ code: String?) -> String {
    sentence(
        "The provider did not take the message, which became known too late to try again",
        [code.flatMap(token).map { "code \($0)" }])
}

func unconfirmedDetails(_ receipt: ReceiptEvidence?) -> String {
    let what = receipt == nil ? "sent no receipt" : "could not say what became of it"
    return "The provider accepted the message and \(what) before the deadline. It may have been delivered."
}

let unclearDetails = """
    Whether the provider accepted the message is not known: its answer was lost, and the deadline has passed. \
    The message may have been delivered.
    """

func suppressedDetails(_ sending: String) -> String {
    "The recipient has opted out of messages from this account, so the \(sending) was not sent."
}

private func sentence(_ statement: String, _ particulars: [String?]) -> String {
    let known = particulars.compactMap { $0 }
    return known.isEmpty ? statement + "." : statement + " (" + known.joined(separator: ", ") + ")."
}

/// The most bytes of a provider's word that are shown.
private let tokenBytesMax = 32
/// One digit fewer than the shortest phone number.
private let tokenDigitsMax = PhoneNumber.digitsMin - 1

/// A provider's word, if it is short, plain ASCII and cannot be a phone number; else nil.
private func token(_ written: String) -> String? {
    let word = trimmed(written)
    guard !word.isEmpty, word.utf8.count <= tokenBytesMax, word.utf8.allSatisfy(isPlain) else { return nil }
    return word.utf8.count { decimalDigit($0) != nil } <= tokenDigitsMax ? word : nil
}

/// Letters, digits, space, `_`, `-`, `.`, `:`.
private func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x3A, 0x41...0x5A, 0x61...0x7A, 0x20, 0x5F, 0x2D, 0x2E: true
    default: false
    }
}
