extension Duration {
    /// Whole microseconds, what is below them cut off: the resolution of ``Timestamp`` and of Postgres.
    package var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
