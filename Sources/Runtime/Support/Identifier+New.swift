import Domain

extension Identifier {
    /// A new id of version 7, its random bits from the system's generator.
    ///
    /// - Parameter time: when it was made. Defaults to now.
    package static func new(at time: Timestamp = .now) -> Self {
        Self(at: time, random: (.random(in: 0 ... .max), .random(in: 0 ... .max)))
    }
}
