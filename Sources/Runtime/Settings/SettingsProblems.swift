/// Everything that is wrong with the settings, found in one pass at start.
package struct SettingsProblems: Error, Equatable, Sendable {
    /// One sentence each, naming the key; never a secret's value.
    package let problems: [String]

    init(_ problems: [String]) {
        self.problems = problems
    }
}

extension SettingsProblems: CustomStringConvertible {
    /// A heading and one line for every problem.
    package var description: String {
        let heading =
            problems.count == 1 ? "The settings have a problem:" : "The settings have \(problems.count) problems:"
        return ([heading] + problems.map { "  - \($0)" }).joined(separator: "\n")
    }
}
