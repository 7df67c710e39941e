import ArgumentParser
import Runtime

/// `postroom config`: what can be set, and whether what is set is right.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print every setting with its type, unit and default.",
        discussion: """
            Settings are environment variables. A file of KEY=VALUE lines may be named by POSTROOM_ENV_FILE; the \
            environment wins over it.
            """)

    @Flag(
        name: .customLong("check"),
        help: """
            Check what the environment sets as the processes do when they start, and report every problem at once. That \
            a setting is missing, such as DATABASE_URL, is not reported here: the process that needs it says so.
            """)
    var isCheck = false

    func run() throws {
        guard isCheck else { return Terminal.printTable(settingsTable(Setting.all)) }
        let reader = SettingsReader.standard(toleratesMissing: true)
        reader.checkForProcesses()
        let given = reader.givenCount(of: Setting.all)
        for warning in reader.warnings { Terminal.printError("Warning: \(warning)") }
        try reader.finish()
        Terminal.print(
            "No problems: \(given) of \(Setting.all.count) settings are given, the others keep their defaults.")
    }
}
