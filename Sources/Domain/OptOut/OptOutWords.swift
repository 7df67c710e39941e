/// What the sender of an SMS wants of the one it was sent to.
package enum OptOutWish: Hashable, Sendable {
    /// Not to be sent to any more.
    case stop
    /// To be sent to again.
    case start
}

/// The words by which people opt out and in again, as a configuration lists them.
///
/// A message is a wish only if it is one of the words and nothing else, as carriers have it: `STOP` is, `please stop
/// calling me at night` is a conversation that a person has to read. Case, width, accents, white space and punctuation
/// make no difference, so `stop.`, `Ｓｔｏｐ` and `S T O P` are the same word, and `opt-out` is `OPTOUT` (see `folded`).
package struct OptOutWords: Sendable {
    private let wishes: [String: OptOutWish]

    /// Why a list of words cannot be used.
    package enum Problem: Error, Equatable, Sendable {
        /// It has no letter or digit, or too many, so that no message could match it.
        case noWord(String)
        /// It would mean both.
        case ambiguous(String)
    }

    /// The most letters and digits of a word.
    package static let wordScalarsMax = 32
    /// No words: nobody opts out or in by an SMS.
    package static let none = OptOutWords(wishes: [:])

    private init(wishes: [String: OptOutWish]) { self.wishes = wishes }

    /// Takes the words; if a list is empty, nobody can opt out, or in, by SMS.
    package init(stop: some Sequence<String>, start: some Sequence<String>) throws(Problem) {
        var wishes: [String: OptOutWish] = [:]
        for word in stop {
            guard let key = folded(word) else { throw .noWord(word) }
            wishes[key] = .stop
        }
        for word in start {
            guard let key = folded(word) else { throw .noWord(word) }
            guard wishes[key] != .stop else { throw .ambiguous(word) }
            wishes[key] = .start
        }
        self.wishes = wishes
    }

    /// The words of a wish as they are compared, in order.
    package func words(to wish: OptOutWish) -> [String] {
        wishes.filter { $0.value == wish }.keys.sorted()
    }

    /// What a message says, and the word that it is; nil if it is none of the words.
    ///
    /// - Complexity: O(n) in the message's length, and of a long one only its beginning is read.
    package func wish(of message: String) -> (wish: OptOutWish, word: String)? {
        guard let word = folded(message), let wish = wishes[word] else { return nil }
        return (wish, word)
    }
}
