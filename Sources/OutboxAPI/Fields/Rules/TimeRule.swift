import Domain

/// A moment with its offset from UTC, not too far ahead.
struct TimeRule: FieldRule {
    /// How many days ahead it may be; nil for any.
    let daysAheadMax: Int?
    let clock: @Sendable () -> Timestamp

    func read(_ value: JSONValue) throws(FieldFault) -> Timestamp {
        guard case .string(let text) = value else { throw FieldFault("Must be a text, not \(value.kind).") }
        return try read(text)
    }

    func read(_ text: some StringProtocol) throws(FieldFault) -> Timestamp {
        guard let time = Timestamp(iso8601: text) else {
            throw FieldFault("Must be a time in ISO 8601 with an offset, such as 2026-12-20T12:00:00Z.")
        }
        if let daysAheadMax, time > clock() + .seconds(daysAheadMax * 86_400) {
            throw FieldFault("Must be at most \(daysAheadMax) days ahead.")
        }
        return time
    }

    var schema: [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init("type", .string("string")), .init("format", .string("date-time"))]
        if let daysAheadMax {
            members.append(
                .init("description", .string("At most \(daysAheadMax) days ahead; a time in the past means at once.")))
        }
        members.append(
            .init("examples", .array([.string("2026-01-20T12:00:00Z"), .string("2026-01-20T15:00:00.5+03:00")])))
        return members
    }
}
