/// Every bound a parser applies to its input. Past one of them a webhook becomes a dead letter, whole and replayable.
///
/// Text limits are in UTF-8 bytes of the decoded, trimmed value. Those of fields that are part of a unique key stay
/// far below 2 700 bytes, the most that fits a Postgres B-tree entry.
package enum ParserLimits {
    /// Query and body together, bytes. Above the ingress's own limit; guards replays and bigger settings.
    package static let inputBytesMax = 1 << 20
    /// Nesting of JSON arrays and objects, the outermost counted.
    package static let jsonDepthMax = 32
    /// A provider's id of a message or event, bytes. NXTele's own are up to 50 characters and a suffix of 11.
    package static let identifierBytesMax = 256
    /// A phone field as written, bytes, and an Onoff number that cannot be normalised.
    package static let phoneBytesMax = 64
    /// Digits of a phone number; E.164 has at most 15, the rest is room for prefixes.
    package static let phoneDigitsMax = 20
    /// A status, direction, currency or type, bytes.
    package static let codeBytesMax = 32
    /// A date and time as written, bytes.
    package static let timeBytesMax = 64
    /// A decimal number as written, bytes.
    package static let numberBytesMax = 40
    /// A receipt's result text and echo (`ext`), bytes.
    package static let noteBytesMax = 1024
    /// The name of an event, bytes.
    package static let eventNameBytesMax = 128
    /// A person's name or e-mail address, bytes.
    package static let nameBytesMax = 1024
    /// The text of an SMS, bytes.
    package static let messageBytesMax = 32 * 1024
}
