import ArgumentParser
import Domain

/// Reads a moment that is given as an argument; it must name its zone, because otherwise it would be a guess.
func moment(_ text: String) throws -> Timestamp {
    guard let time = Timestamp(iso8601: text) else {
        throw ValidationError("Expected a time with its zone, such as 2027-01-01T00:00:00Z.")
    }
    return time
}
