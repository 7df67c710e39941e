import TestSupport
import Testing

extension EndToEnd {
    @Suite struct TimeZoneTests {
        @Test
        func `a time zone that Postgres does not know is a sentence and code 1, for every worker that reads by it`()
            async throws
        {
            try await withStack { stack, _ in
                let unknown = ["POSTROOM_NXTELE_TIMEZONE": "Mars/Olympus"]
                let sandbox = SandboxSettings(port: try freePort(), log: "", seed: 1, script: "")
                let workers = [
                    try await stack.worker(waits: false, environment: unknown),
                    try await stack.sendWorker(sandbox: sandbox, waits: false, environment: unknown),
                ]
                for worker in workers {
                    #expect(await worker.exit(within: .seconds(60)) == .code(1), "\(worker.log)")
                    #expect(
                        worker.log.contains(
                            "POSTROOM_NXTELE_TIMEZONE: Postgres knows no time zone of this name: Mars/Olympus"),
                        "\(worker.log)")
                }
            }
        }
    }
}
