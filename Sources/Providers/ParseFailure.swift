/// Why a webhook's bytes have no meaning to its parser; the webhook becomes a dead letter with this reason.
///
/// Holds names and numbers of ours only, never a piece of the input, so it may be logged and shown.
package struct ParseFailure: Error, Hashable, Sendable {
    /// The stable codes of `queue.webhook_dead.reason`; never renamed once released.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// There is nothing to parse.
        case empty
        /// A field that is needed to tell the event from others is missing, null or blank.
        case missingField = "missing-field"
        /// A value has another JSON type than the field allows.
        case wrongType = "wrong-type"
        /// A number is malformed, or too big or too fine to be kept exactly.
        case badNumber = "bad-number"
        /// A phone field is not a phone number.
        case badPhone = "bad-phone"
        /// A field of few known values has another one, and guessing would change the meaning.
        case badValue = "bad-value"
        /// A text holds the character U+0000, which Postgres cannot store.
        case nulByte = "nul-byte"
        /// A text is not UTF-8.
        case invalidUTF8 = "invalid-utf8"
        /// A one-line text holds a control character (U+0001 to U+001F, U+007F).
        case controlCharacter = "control-character"
        /// A text is longer than ``ParserLimits`` allows its field.
        case tooLong = "too-long"
        /// Query and body together are larger than ``ParserLimits/inputBytesMax``.
        case tooLarge = "too-large"
        /// JSON is nested deeper than ``ParserLimits/jsonDepthMax``.
        case tooDeep = "too-deep"
        /// The body is not JSON as RFC 8259 defines it.
        case malformedJSON = "malformed-json"
        /// A JSON escape names half of a surrogate pair.
        case loneSurrogate = "lone-surrogate"
    }

    /// The stable code.
    package let reason: Reason
    /// The field at fault by the provider's own name, where there is one.
    package let field: String?
    /// One line for the operator: the field's name, and limits or byte offsets as numbers.
    package let detail: String

    /// Makes a failure; `field` and `note` must be texts of ours, never a piece of the input.
    init(_ reason: Reason, field: String? = nil, note: String? = nil) {
        self.reason = reason
        self.field = field
        detail =
            switch (field, note) {
            case (let field?, let note?): "\(field): \(note)"
            case (let field?, nil): field
            case (nil, let note): note ?? ""
            }
    }
}
