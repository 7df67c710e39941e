import Testing

@Suite struct LayoutTests {
    @Test func `every source file keeps to the arrows, the lengths and the forbidden words`() throws {
        let files = try Repository.swiftFiles(below: "Sources")
        #expect(files.count > 10)
        var problems: [String] = []
        for path in files {
            problems += SourceRules.problems(path: path, text: try Repository.text("Sources/\(path)"))
        }
        #expect(problems.isEmpty, "\n\(problems.joined(separator: "\n"))")
    }

    @Test func `every arrow is somebody's import`() throws {
        let problems = try Arrows.table.flatMap { target, arrows in
            SourceRules.unusedProblems(
                target: target, allowed: arrows.all, texts: try Repository.swiftTexts(below: "Sources/\(target)"))
        }
        #expect(problems.isEmpty, "\n\(problems.sorted().joined(separator: "\n"))")
    }

    @Test func `the manifest declares the arrows of Sources, and of Tests nothing that nobody imports`() throws {
        let targets = Manifest(try Repository.text("Package.swift")).targets
        #expect(Set(Arrows.table.keys).isSubset(of: targets.map(\.name)))
        // A test that depends on an executable has it built.
        let executables = Set(targets.map(\.name).filter { $0.first?.isLowercase == true })
        var problems: [String] = []
        for target in targets {
            if let arrows = Arrows.table[target.name] {
                let wanted = arrows.siblings.union(arrows.libraries)
                problems += target.dependencies.symmetricDifference(wanted).map {
                    "\(target.name) and \($0): Package.swift and Arrows.swift differ"
                }
            } else {
                problems += SourceRules.unusedProblems(
                    target: target.name, allowed: target.dependencies.subtracting(executables),
                    texts: try Repository.swiftTexts(below: target.folder))
            }
        }
        #expect(problems.isEmpty, "\n\(problems.sorted().joined(separator: "\n"))")
    }

    @Test func `every folder of Sources is a target with arrows, and every target has its folder`() throws {
        #expect(try Set(Repository.entries("Sources")) == Set(Arrows.table.keys))
    }

    @Test func `every library target has its folder of tests`() throws {
        let libraries = Arrows.table.keys.filter { $0.first?.isUppercase == true && $0 != "CLibpq" }
        let expected = Set(
            libraries.map { "\($0)Tests" } + [
                "EndToEndTests", "LayoutTests", "TestSupport", "PoisonWorker", "Fuzz", "FuzzTests", "SteppedClock",
            ])
        #expect(try Set(Repository.entries("Tests")) == expected)
    }

    @Test func `the top level holds what it may hold and nothing else`() throws {
        #expect(Repository.topLevelProblems(try Repository.entries("")) == [])
    }

    @Test func `every setting is listed, or config would not print it and processes call it unknown`() throws {
        let texts = try Repository.swiftTexts(below: "Sources/Runtime/Settings")
        let made = texts.flatMap { text in
            text.matches(of: /static let (\w+) = Setting\(/).map { String($0.1) }
        }
        let table = try Repository.text("Sources/Runtime/Settings/Setting+Table.swift")
        let list = try #require(table.firstMatch(of: /static let all: \[Setting\] = \[([^\]]*)\]/)).1
        #expect(made.count > 40)
        #expect(list.matches(of: /\w+/).map { String($0.0) }.sorted() == made.sorted())
    }

    @Test func `migrations are numbered without a gap, each one transaction`() throws {
        let names = try Repository.entries("sql").filter { $0.hasSuffix(".sql") }
        #expect(!names.isEmpty)
        #expect(MigrationRules.problems(try names.map { ($0, try Repository.text("sql/\($0)")) }) == [])
    }

    @Test func `only what may be lost in a failover commits without waiting for a synchronous standby`() throws {
        let paths = try Repository.swiftFiles(below: "Sources").filter { path in
            let code = try Repository.text("Sources/\(path)").split(separator: "\n").filter { line in
                !line.drop { $0 == " " }.hasPrefix("//")
            }
            return code.contains { $0.contains("LocalCommit.") || $0.contains("synchronous_commit'") }
        }
        // No claim, dispatch, outcome, accepted webhook or entry, and nothing made of evidence: see LocalCommit.
        #expect(
            paths.filter { $0 != "Store/Ops/LocalCommit.swift" } == [
                "Store/Alert/PruneAlerts.swift", "Store/Billing/FoldCostSlice.swift",
                "Store/Inbox/MakeInboxDays.swift", "Store/Inbox/PruneInbox.swift", "Store/Ops/InsertHeartbeat.swift",
                "Store/Ops/InsertSpoolReport.swift", "Store/Ops/PruneHeartbeats.swift",
                "Store/Outbox/FoldOutboxTally.swift", "Store/Outbox/PruneOutbox.swift", "Store/Queue/FoldTally.swift",
                "Store/Queue/PruneSendSlots.swift", "Store/Queue/TakeSendSlots.swift",
                "Store/Suppression/FoldSuppressions.swift",
            ])
    }

    @Test func `arrows point down only`() {
        // A target stands above everything it may import; with a circle there would be no bottom left to take away.
        var left = Arrows.table.mapValues(\.siblings)
        while let bottom = left.first(where: { $0.value.isEmpty })?.key {
            left[bottom] = nil
            left = left.mapValues { $0.subtracting([bottom]) }
        }
        #expect(left.isEmpty)
    }
}
