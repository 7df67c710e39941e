import ArgumentParser
import Runtime

/// The name of an account as an argument, by the rule that the settings' keys follow.
struct AccountName: ExpressibleByArgument, Equatable, Sendable {
    /// The name.
    let text: String

    init?(argument: String) {
        guard AccountSecret.isAccountName(argument) else { return nil }
        text = argument
    }

    /// Why a command about an account that is not there ends.
    var unknown: CommandFailure {
        CommandFailure(
            "There is no account \(text). Make it: postroom account create \(text) --kind prepaid --currency USD")
    }
}
