/// An event of a kind we do not read, kept whole: a call, a voicemail, or what Onoff adds later.
package struct OtherEvent: Hashable, Sendable {
    /// The event's id, opaque. Where it has none, `sha256:` and half of the payload's hash in hex, so that a repeated
    /// call is still one event.
    package var eventID: String
    /// `eventName` as it came; empty where there was none.
    package var eventName: String
    /// The body as sent: one valid JSON object.
    package var payload: [UInt8]
    /// Covers the payload, byte by byte.
    package var contentHash: Int64

    /// Takes every field as it is; nothing is checked here.
    package init(
        eventID: String, eventName: String, payload: [UInt8], contentHash: Int64
    ) {
        self.eventID = eventID
        self.eventName = eventName
        self.payload = payload
        self.contentHash = contentHash
    }
}
