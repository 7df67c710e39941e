import Foundation

/// A server's version.
package struct PostgresVersion: Comparable, Sendable, CustomStringConvertible {
    /// The oldest major version Postroom runs on.
    static let majorMin = 15

    /// The number data folders depend on.
    let major: Int
    /// The number of the fixes within it; 0 before a release.
    let minor: Int

    /// Reads the line of `postgres --version`: `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `… 17beta1`.
    init?(versionLine: some StringProtocol) {
        guard let marker = versionLine.range(of: "(PostgreSQL) ") else { return nil }
        let numbers = versionLine[marker.upperBound...].prefix { $0.isNumber || $0 == "." }.split(separator: ".")
        guard let first = numbers.first, let major = Int(first) else { return nil }
        self.major = major
        minor = numbers.count > 1 ? Int(numbers[1]) ?? 0 : 0
    }

    /// Older before newer.
    package static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// As written by the server.
    package var description: String { "\(major).\(minor)" }
}
