import ArgumentParser

/// `postroom suppression add`.
struct SuppressionAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Put a number on an account's list: nothing is sent to it any more.",
        discussion: "What is with the provider already can no longer be held back.")

    @OptionGroup var change: SuppressionChange

    func run() async throws {
        let isNew = try await change.record(.suppressed)
        let pair = change.target.pair
        Terminal.print(
            isNew
                ? "Account \(pair.account) sends nothing more to \(pair.number)."
                : "Nothing was done: account \(pair.account) sends nothing to \(pair.number) already.")
    }
}

/// `postroom suppression lift`.
struct SuppressionLiftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lift", abstract: "Take a number off an account's list: it may be sent to again.",
        discussion: "Only where its owner has asked for it: --note says how.")

    @OptionGroup var change: SuppressionChange

    func run() async throws {
        let isNew = try await change.record(.lifted)
        let pair = change.target.pair
        Terminal.print(
            isNew
                ? "Account \(pair.account) may send to \(pair.number) again."
                : "Nothing was done: \(pair.number) is not on the list of account \(pair.account).")
    }
}
