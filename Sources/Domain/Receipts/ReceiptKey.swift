/// The identity of a receipt: equal for every copy and every encoding of one, different for any two others.
///
/// 16 bytes, read as one big-endian number: 4 bytes of the reported time, so that receipts of one hour are neighbours
/// in the primary key's index, then 12 bytes of the SHA-256 of ``canonicalBytes(of:)``. 96 bits make a chance
/// collision among 10^10 receipts of one second less likely than 10^-9.
package struct ReceiptKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The 16 bytes as one big-endian number.
    package let rawValue: UInt128

    /// The key with exactly these 128 bits, as stored.
    package init(rawValue: UInt128) {
        self.rawValue = rawValue
    }

    /// Makes a key.
    ///
    /// - Parameters:
    ///   - reportedTime: the receipt's time; stored as seconds since 2000-01-01 00:00. nil and earlier times are 0,
    ///     times beyond 2136-02-07 are the greatest that fits.
    ///   - digest: SHA-256 of ``canonicalBytes(of:)``; the first 12 bytes are used.
    package init(reportedTime: LocalTime?, digest: some Sequence<UInt8>) {
        let seconds = reportedTime.map { ($0.microseconds - microsecondsUntil2000) / 1_000_000 } ?? 0
        var value = UInt128(UInt32(clamping: seconds))
        var iterator = digest.makeIterator()
        for _ in 0..<digestBytes {
            value = value << 8 | UInt128(iterator.next() ?? 0)
        }
        self.rawValue = value
    }

    /// The 16 bytes in the form of a UUID, as Postgres shows them.
    package var description: String { uuidText(of: rawValue) }

    /// Unsigned order of the 128 bits, as Postgres orders `uuid`.
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

private let digestBytes = 12
private let microsecondsUntil2000: Int64 = 10_957 * microsecondsPerDay
