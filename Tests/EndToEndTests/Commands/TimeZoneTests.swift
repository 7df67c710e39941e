import TestSupport
import Testing

extension EndToEnd {
    @Suite struct TimeZoneTests {
        @Test
        func `a time zone that Postgres does not know is a sentence and code 1, for every process that reads by it`()
            async throws
        {
            try await withStack { stack, _ in
                let unknown = ["POSTROOM_NXTELE_TIMEZONE": "Mars/Olympus"]
                let sandbox = SandboxSettings(port: try freePort(), log: "", seed: 1, script: "")
                let processes = [
                    try await stack.worker(waits: false, environment: unknown),
                    try await stack.sendWorker(sandbox: sandbox, waits: false, environment: unknown),
                    try await stack.api(
                        port: try freePort(), adminPort: try freePort(), waits: false, environment: unknown),
                ]
                for process in processes {
                    #expect(await process.exit(within: .seconds(60)) == .code(1), "\(process.log)")
                    #expect(
                        process.log.contains(
                            "POSTROOM_NXTELE_TIMEZONE: Postgres knows no time zone of this name: Mars/Olympus"),
                        "\(process.log)")
                }
            }
        }
    }
}
