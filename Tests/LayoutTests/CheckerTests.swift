import Testing

/// The checker itself: each rule reports what breaks it.
@Suite struct CheckerTests {
    @Test(
        arguments: [
            ("Domain", "import Foundation\n", ["x:1: Domain must not import Foundation"]),
            ("Domain", "struct A {}\n", []),
            ("Store", "import Domain\nimport PostgresClient\n", []),
            ("Store", "import Domain\n\nimport Providers\n", ["x:3: Store must not import Providers"]),
            ("Providers", "@testable import Store\n", ["x:1: Providers must not import Store"]),
            ("Store", "@preconcurrency public import NIOCore\n", ["x:1: Store must not import NIOCore"]),
            ("Store", "import struct Foundation.Date\n", ["x:1: Store must not import Foundation"]),
            ("Store", "import Foundation.NSDate\n", ["x:1: Store must not import Foundation"]),
            ("Store", "import Domain; import Receiving\n", ["x:1: Store must not import Receiving"]),
            ("Store", "    import  Runtime // why\n", ["x:1: Store must not import Runtime"]),
            ("Store", "/* a */ import Runtime\n", ["x:1: Store must not import Runtime"]),
            ("Store", "// import Runtime\n/* import Runtime\nimport Runtime */\n", []),
            (
                "Store", "let a = \"\"\"\n    import Runtime\n    \"\"\"\nimport Runtime\n",
                ["x:4: Store must not import Runtime"]
            ),
            ("Store", "let importance = 1\nimportant()\n", []),
            ("Ingress", "import Providers\n", ["x:1: Ingress must not import Providers"]),
            ("Cellar", "", ["x: the target Cellar has no arrows in Arrows.swift"]),
        ])
    func `a forbidden import is reported and an allowed one is not`(target: String, text: String, expected: [String]) {
        #expect(SourceRules.importProblems(target: target, path: "x", text: text) == expected)
    }

    @Test func `an arrow that nobody uses is reported`() {
        let texts = ["import Domain\n", "import struct Glibc.stat\n// import Crypto\n"]
        #expect(SourceRules.unusedProblems(target: "x", allowed: ["Domain", "Glibc"], texts: texts) == [])
        #expect(
            SourceRules.unusedProblems(target: "x", allowed: ["Domain", "Crypto"], texts: texts)
                == ["x: no file imports Crypto"])
    }

    @Test func `the manifest's targets are read with their folders and what they depend on`() {
        let targets = Manifest(
            """
            .systemLibrary(name: "C", pkgConfig: "c"),
            .target(name: "A", dependencies: ["C", .product(name: "Crypto", package: "swift-crypto")], x: y),
            .executableTarget(
                name: "run",
                dependencies: [
                    "A",  // why
                    .product(name: "Logging", package: "swift-log"),
                ],
                path: "Tests/Run"),
            .testTarget(name: "ATests", dependencies: ["A"]),
            """
        ).targets
        #expect(targets.map(\.name) == ["C", "A", "run", "ATests"])
        #expect(targets.map(\.folder) == ["Sources/C", "Sources/A", "Tests/Run", "Tests/ATests"])
        #expect(targets.map(\.dependencies) == [[], ["C", "Crypto"], ["A", "Logging"], ["A"]])
    }

    @Test func `a file of 500 lines passes and one of 501 does not`() {
        #expect(SourceRules.lengthProblems(path: "a", text: String(repeating: "a\n", count: 500)) == [])
        #expect(SourceRules.lengthProblems(path: "a", text: String(repeating: "a\n", count: 501)).count == 1)
        #expect(SourceRules.lengthProblems(path: "a", text: String(repeating: "\n", count: 500) + "a").count == 1)
    }

    @Test func `a main of 59 lines passes and one of 60 does not`() {
        #expect(SourceRules.lengthProblems(path: "p/main.swift", text: String(repeating: "a\n", count: 59)) == [])
        #expect(SourceRules.lengthProblems(path: "p/main.swift", text: String(repeating: "a\n", count: 60)).count == 1)
    }

    @Test(arguments: ["try! go()", "fatalError(\"no\")", "// TODO: later"])
    func `a forbidden word is reported`(line: String) {
        #expect(SourceRules.wordProblems(path: "a", text: "let a = 1\n\(line)\n").count == 1)
        #expect(SourceRules.wordProblems(path: "a", text: "try go()\nlet fatal = todo\n") == [])
    }

    @Test func `what is public is reported but in the library`() {
        let text = "package struct A {\n    public init() {}  // public\n}\n"
        #expect(
            SourceRules.accessProblems(target: "Store", path: "a", text: text)
                == ["a:2: public; only PostgresClient has what other packages may name"])
        #expect(SourceRules.accessProblems(target: "PostgresClient", path: "a", text: text) == [])
    }

    @Test(
        arguments: [
            (["0001_a.sql", "0002_b.sql"], 0), (["0001_a.sql", "0003_b.sql"], 1), (["0002_a.sql"], 1),
            (["0001_a.sql", "0001_b.sql"], 1), (["1_a.sql"], 1), (["roles.sql"], 0),
        ])
    func `a gap or a wrong name among the migrations is reported`(names: [String], expected: Int) {
        let files = names.map { ($0, "-- why\nBEGIN;\nSELECT 1;\nCOMMIT;\n") }
        #expect(MigrationRules.problems(files).count == expected)
    }

    @Test(arguments: [
        ("BEGIN;\nSELECT 1;\n", 1), ("SELECT 1;\nCOMMIT;\n", 1), ("BEGIN;\nCOMMIT;\n-- end\n", 0), ("", 2),
    ])
    func `a migration that is not one transaction is reported`(text: String, expected: Int) {
        #expect(MigrationRules.problems([("0001_a.sql", text)]).count == expected)
    }

    @Test func `a stranger and a gap at the top level are reported`() {
        let all = Array(Repository.topLevel)
        #expect(Repository.topLevelProblems(all + [".build", ".build-ci", ".git"]) == [])
        #expect(Repository.topLevelProblems(all + ["notes.txt"]).count == 1)
        #expect(Repository.topLevelProblems(all.filter { $0 != "README.md" }) == ["README.md is missing"])
    }
}
