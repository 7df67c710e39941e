import Configuration

/// Reads settings from the environment and, beneath it, from the file that `POSTROOM_ENV_FILE` names.
///
/// It never throws while reading: every get returns the value, or the default, or the nearest thing to one, and
/// records what was wrong. Call ``finish()`` once everything was read, before anything read is used: it throws all
/// problems at once. An empty value counts as absent.
///
/// Not `Sendable`: it lives in `main` for the moments of the start.
package final class SettingsReader {
    /// The most items a list may have.
    static let listItemsMax = 256
    /// The most characters of a wrong value that a problem quotes.
    static let quotedCharactersMax = 64

    /// What is odd but no reason to stop, such as variables named `POSTROOM_…` that no setting has. One sentence each.
    package private(set) var warnings: [String] = []
    private var problems: [String] = []
    private let toleratesMissing: Bool
    private let reader: ConfigReader

    /// Reads from the given variables, and from the file that `POSTROOM_ENV_FILE` among them names.
    ///
    /// Blocks while that file is read (at most 1 MiB). A file that cannot be read is a recorded problem.
    ///
    /// - Parameter toleratesMissing: Whether it is no problem that nothing was given where a process must be told
    ///   something: what is checked may be meant for some of the processes.
    package init(environment: [String: String], toleratesMissing: Bool = false) {
        self.toleratesMissing = toleratesMissing
        let secrets = SecretsSpecifier<String, String>.specific(Set(Setting.all.filter(\.isSecret).map(\.name)))
        let given = Self.withoutEmpty(environment)
        var values: [String: String] = [:]
        if let path = given[Setting.environmentFile.name] {
            switch EnvironmentFile.content(ofFile: path) {
            case .failure(let failure):
                problems.append("\(Setting.environmentFile.name): \(path) \(failure.reason).")
            case .success(let content):
                let file = EnvironmentFile(parsing: content)
                values = Self.withoutEmpty(file.values)
                for line in file.malformedLines {
                    problems.append("\(Setting.environmentFile.name): line \(line) of \(path) is not KEY=VALUE.")
                }
            }
        }
        reader = ConfigReader(providers: [
            EnvironmentVariablesProvider(environmentVariables: given, secretsSpecifier: secrets),
            EnvironmentVariablesProvider(environmentVariables: values, secretsSpecifier: secrets),
        ])
        let known = Set(Setting.all.map(\.name))
        for name in Set(given.keys).union(values.keys).sorted()
        where name.hasPrefix("POSTROOM_") && !known.contains(name) {
            warnings.append("\(name) is not a setting of this version and was ignored.")
        }
    }

    /// Reads from the environment of this process, as ``init(environment:toleratesMissing:)`` does.
    package static func standard(toleratesMissing: Bool = false) -> SettingsReader {
        SettingsReader(environment: processEnvironment(), toleratesMissing: toleratesMissing)
    }

    /// Records a problem that only the caller can see, such as an address that is no CIDR. Once: two parts of a process
    /// may read the same setting.
    ///
    /// - Parameters:
    ///   - setting: The key to name first.
    ///   - sentence: What was given and what is expected. It is printed: no secrets.
    package func problem(_ setting: Setting, _ sentence: String) {
        let problem = "\(setting.name): \(sentence)"
        if !problems.contains(problem) { problems.append(problem) }
    }

    /// Records that nothing was given of what a process must be told in one way or another, unless that is tolerated.
    ///
    /// - Parameters:
    ///   - setting: The key to name first.
    ///   - sentence: What is expected.
    package func missing(_ setting: Setting, _ sentence: String) {
        if !toleratesMissing { problem(setting, sentence) }
    }

    /// Records what the caller finds odd but no reason to stop. Once, as a problem.
    ///
    /// - Parameters:
    ///   - setting: The key to name first.
    ///   - sentence: What is odd, and what to do. It is printed: no secrets.
    package func warn(_ setting: Setting, _ sentence: String) {
        let warning = "\(setting.name): \(sentence)"
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    /// Ends the reading.
    ///
    /// - Throws: ``SettingsProblems`` with everything that was recorded, if anything was.
    package func finish() throws(SettingsProblems) {
        guard problems.isEmpty else { throw SettingsProblems(problems) }
    }

    /// The text that was given, without white space around it; nil if none was.
    func givenText(_ setting: Setting) -> String? {
        guard let text = reader.string(forKey: ConfigKey([setting.name]), isSecret: setting.isSecret) else {
            return nil
        }
        return String(text.trimmedOfSpaces())
    }

    /// Records that what was given is not what the setting takes.
    func reject(_ setting: Setting, _ text: String) {
        let given =
            setting.isSecret
            ? "the value given (not shown) is wrong"
            : "\(quotedText(text, charactersMax: Self.quotedCharactersMax)) was given"
        problem(setting, "\(given); expected \(setting.kind.expectation).")
    }

    /// Records that nothing was given where something must be, unless that is tolerated.
    func reportMissing(_ setting: Setting) {
        missing(setting, "nothing was given; expected \(setting.kind.expectation).")
    }

    private static func withoutEmpty(_ values: [String: String]) -> [String: String] {
        values.filter { !$0.value.trimmedOfSpaces().isEmpty }
    }
}
