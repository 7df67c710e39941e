extension Timestamp {
    /// This much later, in whole microseconds.
    package static func + (moment: Self, span: Duration) -> Self {
        Timestamp(microseconds: moment.microseconds + span.wholeMicroseconds)
    }

    /// This much earlier, in whole microseconds.
    package static func - (moment: Self, span: Duration) -> Self {
        Timestamp(microseconds: moment.microseconds - span.wholeMicroseconds)
    }
}
