import Logging
import PostgresClient
import Runtime
import TestSupport

@testable import Ingress

/// A spool with its intake running, for the length of one test.
struct SpoolBed {
    let spool: Spool
    let health: IntakeHealth
    let readiness: Readiness
    let answers = Answers()
    private let pending: PendingSubmissions

    static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Bounds small enough to be met.
    static func configuration(_ path: String, bytesMax: Int = 4 << 20) -> SpoolConfiguration {
        var configuration = SpoolConfiguration(path: path, bytesMax: bytesMax)
        configuration.tickInterval = .milliseconds(20)
        configuration.pace = DrainPace(webhooksPerSecondMax: 100_000, busyPartMax: 1)
        return configuration
    }

    /// Runs the body beside a writer, which has ended when this returns.
    static func run(
        _ configuration: SpoolConfiguration, _ body: (SpoolBed) async throws -> Void
    ) async throws {
        let spool = try Spool(making: configuration)
        let readiness = Readiness()
        let health = IntakeHealth(readiness, hasSpool: true)
        let pending = PendingSubmissions(
            itemsMax: configuration.pendingItemsMax, bytesMax: configuration.pendingBytesMax)
        let writer = SpoolWriter(
            spool, pending: pending, watch: WriteWatch(timeMax: configuration.writeTimeMax), health: health, log: log)
        let task = Task { await writer.run() }
        let bed = SpoolBed(spool: spool, health: health, readiness: readiness, pending: pending)
        do {
            try await body(bed)
        } catch {
            pending.close()
            await task.value
            throw error
        }
        pending.close()
        await task.value
    }

    private init(spool: Spool, health: IntakeHealth, readiness: Readiness, pending: PendingSubmissions) {
        self.spool = spool
        self.health = health
        self.readiness = readiness
        self.pending = pending
    }

    /// Hands webhooks over and waits for the answers.
    func submit(_ webhooks: [IncomingWebhook]) async throws {
        let before = answers.count
        for webhook in webhooks {
            let item = PendingSubmission(submission: answers.submission(webhook), deadline: .in(.seconds(1)))
            if !pending.add(item) { item.submission.complete(.unavailable) }
        }
        try await eventually(within: .seconds(60), "all have an answer") {
            await answers.run()
            return answers.count >= before + webhooks.count
        }
    }
}

/// What the files of a folder hold, in order.
func webhooksOnDisk(_ path: String) throws -> [IncomingWebhook] {
    let folder = SpoolFolder(path: path)
    var webhooks: [IncomingWebhook] = []
    for file in try folder.files() {
        let reader = try SegmentReader(path: folder.path(file.name))
        while let webhook = try reader.next() { webhooks.append(webhook) }
    }
    return webhooks
}
