import ArgumentParser
import Store

extension AccountKind: ExpressibleByArgument {}

/// What an account may differ in from the processes' settings.
struct AccountOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Automatic retries in a cycle, 0...100, or `default` for POSTROOM_MAX_AUTOMATIC_RETRIES.",
            valueName: "N|default"),
        transform: { try limit($0, in: AccountSettings.automaticRetries) })
    var maxAutomaticRetries: OwnOrDefault<Int32>?

    @Option(
        help: ArgumentHelp(
            "Resends of one entry, 0...60, or `default` for POSTROOM_MAX_RESENDS.", valueName: "N|default"),
        transform: { try limit($0, in: AccountSettings.resends) })
    var maxResends: OwnOrDefault<Int32>?

    @Option(
        help: ArgumentHelp(
            "What becomes of a send whose outcome stays unknown: `fail`, `retry` at the risk of a second SMS, or "
                + "`default` for POSTROOM_UNCLEAR_POLICY.",
            valueName: "fail|retry|default"),
        transform: policy)
    var unclearPolicy: OwnOrDefault<UnclearPolicy>?

    /// The same as what is stored.
    var settings: AccountSettings {
        AccountSettings(
            maxAutomaticRetries: maxAutomaticRetries, maxResends: maxResends, unclearPolicy: unclearPolicy)
    }

    private static func limit(_ text: String, in range: ClosedRange<Int32>) throws -> OwnOrDefault<Int32> {
        if text == "default" { return .byDefault }
        guard let number = Int32(text), range.contains(number) else {
            throw ValidationError("Expected \(range.lowerBound)...\(range.upperBound), or default.")
        }
        return .own(number)
    }

    private static func policy(_ text: String) throws -> OwnOrDefault<UnclearPolicy> {
        if text == "default" { return .byDefault }
        guard let policy = UnclearPolicy(rawValue: text) else {
            throw ValidationError("Expected fail, retry, or default.")
        }
        return .own(policy)
    }
}
