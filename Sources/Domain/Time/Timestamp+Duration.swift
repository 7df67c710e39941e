extension Timestamp {
    /// This much later, in whole microseconds.
    public static func + (moment: Self, span: Duration) -> Self {
        Timestamp(microseconds: moment.microseconds + span.wholeMicroseconds)
    }

    /// This much earlier, in whole microseconds.
    public static func - (moment: Self, span: Duration) -> Self {
        Timestamp(microseconds: moment.microseconds - span.wholeMicroseconds)
    }
}
