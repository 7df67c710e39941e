import Domain
import Runtime

extension OptOutWords {
    /// The item in a list that stands for all the usual words.
    private static let standard = "standard"

    /// Reads the words; problems are collected in the reader.
    package init(reading reader: SettingsReader) {
        do throws(Problem) {
            try self.init(
                stop: reader.list(.stopWords).flatMap { $0 == Self.standard ? Self.standardStop : [$0] },
                start: reader.list(.startWords).flatMap { $0 == Self.standard ? Self.standardStart : [$0] })
        } catch {
            self = .none
            switch error {
            case .noWord(let word):
                reader.problem(
                    .stopWords,
                    "\"\(word)\", here or in \(Setting.startWords.name), is no word of letters and digits of at most "
                        + "\(OptOutWords.wordScalarsMax).")
            case .ambiguous(let word):
                reader.problem(.startWords, "\"\(word)\" is one of \(Setting.stopWords.name), too.")
            }
        }
    }
}
