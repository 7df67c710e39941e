import ArgumentParser
import Domain
import Receiving
import Runtime

/// `postroom suppression words`.
struct SuppressionWordsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "words", abstract: "Print the words by which people opt out and in, as they are compared.",
        discussion: "Reads POSTROOM_STOP_WORDS and POSTROOM_START_WORDS, as the webhook worker does.")

    func run() throws {
        let reader = SettingsReader.standard()
        let words = OptOutWords(reading: reader)
        try reader.finish()
        Terminal.print("stop: " + words.words(to: .stop).joined(separator: " "))
        Terminal.print("start: " + words.words(to: .start).joined(separator: " "))
    }
}
