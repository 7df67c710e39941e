import ArgumentParser
import Ingress

/// `postroom spool list`.
struct SpoolListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what a spool folder holds; reads every file and changes none.")

    @Argument(help: "The folder.")
    var folder: String

    func run() throws {
        let listing: SpoolListing
        do { listing = try SpoolListing(path: folder) } catch { throw CommandFailure(sentence(of: error)) }
        if listing.isInUse { Terminal.print("In use by a running process: what it writes just now may look torn.") }
        guard !listing.entries.isEmpty else { return Terminal.print("Empty.") }
        Terminal.printTable(
            ["file", "webhooks", "bytes", "oldest", "torn bytes", "damaged bytes", "state"],
            listing.entries.map { entry in
                [
                    shown(entry.name), "\(entry.survey.webhooks)", "\(entry.bytes)",
                    entry.survey.oldest?.iso8601 ?? "-", "\(entry.survey.tornBytes)",
                    "\(entry.survey.damagedBytes)", Self.state(entry),
                ]
            })
        let waiting = listing.entries.filter(\.waits)
        let oldest = waiting.compactMap(\.survey.oldest).min()
        Terminal.print(
            "\(waiting.reduce(0) { $0 + $1.survey.webhooks }) webhooks wait in \(waiting.reduce(0) { $0 + $1.bytes }) "
                + "bytes, the oldest of \(oldest?.iso8601 ?? "-").")
    }

    private static func state(_ entry: SpoolListing.Entry) -> String {
        if entry.isRefused { return "refused by Postgres" }
        return entry.waits ? "to be drained" : "damaged; what can be read of it was stored"
    }
}

/// A spool's failure as a sentence of its own.
func sentence(of failure: SpoolFailure) -> String {
    let text = failure.description
    return text.prefix(1).uppercased() + text.dropFirst() + "."
}
