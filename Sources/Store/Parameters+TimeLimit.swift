import Domain
import PostgresClient

extension Parameters {
    /// The value of a setting such as `lock_timeout`: whole milliseconds, at least one, as none would lift the bound.
    mutating func append(timeLimit: Duration) { append("\(max(1, timeLimit.wholeMicroseconds / 1_000)) ms") }
}
