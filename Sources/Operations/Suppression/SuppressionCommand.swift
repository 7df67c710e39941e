import ArgumentParser

/// `postroom suppression`: who has opted out of an account's messages.
struct SuppressionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suppression",
        abstract: "List, show, add and lift numbers that an account may not send to.",
        discussion: """
            Numbers come on the list by an SMS that is one of POSTROOM_STOP_WORDS and leave it by one of \
            POSTROOM_START_WORDS; here they do by hand. Every change is kept. Connects by DATABASE_URL; the role \
            postroom_operator suffices.
            """,
        subcommands: [
            SuppressionListCommand.self, SuppressionShowCommand.self, SuppressionAddCommand.self,
            SuppressionLiftCommand.self, SuppressionWordsCommand.self,
        ])
}
