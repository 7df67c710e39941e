import ArgumentParser
import Foundation

/// One round over all targets, or over one; or, hidden, the child that runs one target's executions.
struct FuzzCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "postroom-fuzz",
        abstract: "Feeds every parser with mutated inputs; what traps, hangs, grows or breaks a law is kept.",
        discussion: """
            Each target runs in a process of its own, with the input under way in a mapped file. A debug build has all \
            targets; a release build has them with -Xswiftc -enable-testing -Xswiftc -DFUZZ.
            """)

    @Option(help: "Executions of each target.")
    var executions: UInt64 = 10_000
    @Option(help: "Seconds for each target; whichever of the two bounds is met first ends it.")
    var seconds: Double?
    @Option(help: "The same seed makes the same inputs.")
    var seed: UInt64 = 1
    @Option(help: "One target's name; all without it.")
    var target: String?
    @Option(help: "The folder of the corpora, one folder a target.")
    var corpus = Corpus.defaultFolder
    @Option(help: "Where inputs that were found are written.")
    var findings = FileManager.default.temporaryDirectory.appendingPathComponent("postroom-fuzz").path
    @Option(help: "Processor seconds that one execution may take.")
    var hangSeconds: Double = 5
    @Flag(help: "Lists the targets.")
    var list = false
    @Option(help: .hidden)
    var child: String?

    func validate() throws {
        guard target == nil || !targets.isEmpty else {
            throw ValidationError("There is no target \(target ?? ""); --list names them.")
        }
        guard list || !targets.isEmpty else {
            throw ValidationError("This build has no targets: see --help on release builds.")
        }
    }

    private var targets: [FuzzTarget] {
        guard let target else { return FuzzTarget.all }
        return (FuzzTarget.all + FuzzTarget.broken).filter { $0.name == target }
    }

    func run() throws {
        if list { return targets.forEach { print($0.name) } }
        if let child {
            let page = try SharedPage(path: child)
            return Child(
                target: targets[0], corpus: Corpus.inputs(of: targets[0].name, in: corpus), seed: seed,
                executionsMax: executions, seconds: seconds, page: page
            ).run()
        }
        print("seed \(seed), \(executions) executions of each target at most")
        var failures = 0
        var executed: UInt64 = 0
        for target in targets {
            let result = try Round(target: target.name, command: self).run()
            executed += result.executions
            failures += result.finding == nil ? 0 : 1
            print(result.line)
            fflush(nil)  // a round is long, and somebody may be reading
        }
        print("\(executed) executions of \(targets.count) targets, \(failures) findings")
        if failures > 0 { throw ExitCode(1) }
    }
}
