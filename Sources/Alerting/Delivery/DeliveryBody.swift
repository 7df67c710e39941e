import Domain

/// What is sent: the same bytes at every try, because everything in them is written once.
///
/// Source: Standard Webhooks 1.0.0, "Payload structure".
enum DeliveryBody {
    /// The longest body, in bytes: what the specification advises.
    static let bytesMax = 20_000
    /// In place of data that would make it longer; the notification in the application has all of it.
    static let omitted = #"{"omitted":true}"#

    /// The body of a notification.
    ///
    /// - Parameters:
    ///   - type: its kind: words of small letters with dots between them (a constraint of the schema).
    ///   - time: when what it tells happened.
    ///   - data: JSON text as Postgres prints it.
    static func bytes(type: String, time: Timestamp, data: String) -> [UInt8] {
        func body(_ data: String) -> [UInt8] {
            Array(#"{"type":"\#(type)","timestamp":"\#(time.iso8601)","data":\#(data)}"#.utf8)
        }
        let whole = body(data)
        return whole.count <= bytesMax ? whole : body(omitted)
    }
}
