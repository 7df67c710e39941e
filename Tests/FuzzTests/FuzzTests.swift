import Foundation
import Operations
import TestSupport
import Testing

/// Rounds of `postroom-fuzz`: a short one over every target, and those that show that it finds what is there.
@Suite struct FuzzTests {
    /// Always the same, so that a round that passed passes again.
    private static let seed = "20260101"
    /// On a machine that does ten other things.
    private static let limit = Duration.seconds(180)

    @Test func `no parser traps, hangs, grows or breaks a law in a short round`() async throws {
        try await withRound(["--executions", "1500"]) { end, lines in
            #expect(end == .code(0))
            let last = try #require(lines.last)
            #expect(last.hasSuffix(" targets, 0 findings"), "\(lines.joined(separator: "\n"))")
            // A target that lost its corpus would still pass, and test little.
            for line in lines where line.contains(" executions  ") { #expect(!line.contains(" 0 outcomes")) }
        }
    }

    @Test(arguments: [
        ("broken-trap", "TRAP (signal"), ("broken-hang", "HANG"), ("broken-growth", "GROWTH"),
        ("broken-law", "BROKEN LAW: broken on purpose"),
    ])
    func `a parser that is wrong is found, and the input kept`(target: String, finding: String) async throws {
        try await withRound(["--executions", "60000", "--target", target, "--hang-seconds", "1"]) { end, lines in
            #expect(end == .code(1))
            #expect(lines.contains { $0.contains(finding) }, "\(lines.joined(separator: "\n"))")
            #expect(lines.last?.hasSuffix(" of 1 targets, 1 findings") == true)
        } findings: { names in
            #expect(names == ["\(target)-\(Self.seed)"])
        }
    }

    @Test func `every target has a corpus, and every corpus a target`() async throws {
        try await withRound(["--list"]) { _, lines in
            let folder = "\(TestEnvironment.root)/Tests/Fuzz/Corpus"
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix("broken-") }
            #expect(Set(names) == Set(lines))
        }
    }

    private func withRound(
        _ arguments: [String], _ check: (ChildExit?, [String]) throws -> Void,
        findings: ([String]) -> Void = { _ in }
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fuzz-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let kept = folder.appendingPathComponent("findings").path
        try await withProcesses { processes in
            let round = try await processes.start(
                "postroom-fuzz", arguments: arguments + ["--seed", Self.seed, "--findings", kept],
                environment: ["TMPDIR": folder.path])
            let end = await round.exit(within: Self.limit)
            try check(end, round.lines)
        }
        findings((try? FileManager.default.contentsOfDirectory(atPath: kept)) ?? [])
    }
}
