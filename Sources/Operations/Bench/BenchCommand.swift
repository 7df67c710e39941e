import ArgumentParser

/// `postroom bench`: speed as ratios within one run on one machine, next to `pgbench` on the same cluster.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure this build on this machine, side by side with pgbench.",
        discussion: """
            Use a release build. Each bench makes a Postgres cluster of its own in a temporary folder and removes it. \
            Needs wrk (Debian package wrk) and pgbench (postgresql-contrib).
            """,
        subcommands: [
            BenchIngressCommand.self, BenchWebhookWorkerCommand.self, BenchHorizonCommand.self,
            BenchSendCommand.self, BenchAPICommand.self, BenchServerCommand.self, BenchAPIServerCommand.self,
        ])
}
