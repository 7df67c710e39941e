import Foundation
import Runtime
import TestSupport
import Testing

@testable import Operations

struct ConfigCommandTests {
    @Test func `the table has every setting once, in columns`() throws {
        let table = settingsTable(Setting.all)
        #expect(table.count == Setting.all.count + 1)
        let heading = try #require(table.first)
        for (title, cell) in [
            ("TYPE", \Setting.kind.typeName), ("DEFAULT", \Setting.columnDefault), ("MEANING", \Setting.help),
        ] as [(String, KeyPath<Setting, String>)] {
            let column = heading.distance(
                from: heading.startIndex, to: try #require(heading.range(of: title)).lowerBound)
            for (line, setting) in zip(table.dropFirst(), Setting.all) {
                #expect(line.hasPrefix("\(setting.name) "))
                #expect(line.dropFirst(column).hasPrefix(setting[keyPath: cell]), "\(setting.name), column \(title)")
            }
        }
    }

    @Test func `secrets are marked`() {
        let marked = settingsTable(Setting.all).filter { $0.hasSuffix("(secret)") }
        #expect(marked.count == Setting.all.filter(\.isSecret).count)
    }

    @Test func `every problem of the environment is told at once`() throws {
        let reader = SettingsReader(
            environment: [
                "POSTROOM_WORKERS": "many", "LOG_LEVEL": "loud", "POSTROOM_INGRESS_LISTEN": "8080",
                "POSTROOM_STORE_DEADLINE": "2", "POSTROOM_MAX_BODY_BYTES": "0", "POSTROOM_ONOFF_API_KEYS": "hunter2,,x",
                "POSTROOM_BATCH": "10",
            ], toleratesMissing: true)
        reader.checkForProcesses()
        let problems = try #require(throws: SettingsProblems.self) { try reader.finish() }.problems
        for name in [
            "POSTROOM_WORKERS", "LOG_LEVEL", "POSTROOM_INGRESS_LISTEN", "POSTROOM_STORE_DEADLINE",
            "POSTROOM_MAX_BODY_BYTES", "POSTROOM_ONOFF_API_KEYS",
        ] {
            #expect(problems.contains { $0.hasPrefix("\(name): ") }, "\(name)")
        }
        #expect(problems.count == 6)
        #expect(!problems.contains { $0.contains("hunter2") })
    }

    @Test func `an environment without problems is counted`() throws {
        let reader = SettingsReader(
            environment: [
                "POSTROOM_BATCH": "10", "POSTROOM_WORKERS": "2", "LOG_LEVEL": "Debug",
            ], toleratesMissing: true)
        reader.checkForProcesses()
        try reader.finish()
        #expect(reader.givenCount(of: Setting.all) == 2)
    }

    @Test(arguments: [
        ["POSTROOM_UNCLEAR_POLICY": "FAIL"], ["POSTROOM_ALLOWED_IPS": "999.1"],
        ["POSTROOM_TRUSTED_PROXIES": "10.0.0.1/8"], ["POSTROOM_NXTELE_URL": "foo"], ["POSTROOM_NXTELE_URL": "https://"],
        ["POSTROOM_NXTELE_DR_URL": "notaurl"], ["POSTROOM_NXTELE_DR_URL": "https://a b/"],
        ["POSTROOM_RECEIPT_OVERDUE": "100h"], ["POSTROOM_RECEIPT_OVERDUE": "2h", "POSTROOM_RECEIPT_DEADLINE": "1h"],
        ["POSTROOM_ALERT_KEY": "short"],
        ["POSTROOM_ALERT_ALLOWED_NETWORKS": "abc"], ["POSTROOM_STOP_WORDS": "---"],
        ["POSTROOM_START_WORDS": "STOP"], ["DATABASE_URL": "nothing/like\u{20}it"],
        ["POSTROOM_NXTELE_DR_PATHS": "nope", "POSTROOM_NXTELE_TOKENS": "t"],
        ["POSTROOM_NXTELE_DR_PATHS": "/alias"],
        ["POSTROOM_SPOOL_MAX_BYTES": "65536", "POSTROOM_SPOOL_DIR": "/spool"],
        ["POSTROOM_TRUSTED_PROXIES": "", "POSTROOM_ALLOWED_IPS": "192.0.2.1", "POSTROOM_RAW_LISTEN": "127.0.0.1:1"],
    ])
    func `what a process refuses is refused here`(environment: [String: String]) throws {
        let reader = SettingsReader(environment: environment, toleratesMissing: true)
        reader.checkForProcesses()
        let problems = try #require(throws: SettingsProblems.self) { try reader.finish() }.problems
        #expect(problems.count == 1 && environment.keys.contains { problems[0].hasPrefix("\($0): ") }, "\(problems)")
        #expect(!problems[0].contains("notaurl"))
    }

    @Test(arguments: [
        ["POSTROOM_RECEIPT_DEADLINE": "30m"], ["POSTROOM_RECEIPT_OVERDUE": "72h"],
        [
            "POSTROOM_NXTELE_DR_URL": "https://a.example/v1/nxtele/dr?token=t",
            "POSTROOM_NXTELE_URL": "http://127.0.0.1:1",
        ],
    ])
    func `what a process takes is taken here`(environment: [String: String]) throws {
        let reader = SettingsReader(environment: environment, toleratesMissing: true)
        reader.checkForProcesses()
        try reader.finish()
    }

    @Test(arguments: [
        ("http://api2.nxcloud.com", true), ("http://127.0.0.1.example/", true), ("http://127.0.0.1@example.com", true),
        ("http://[2001:db8::1]:80", true), ("http://localhost.example", true), ("http://127.0.0.1:9090", false),
        ("http://127.8.0.1/", false), ("http://localhost:1/x", false), ("http://[::1]:9090", false),
        ("https://api2.nxcloud.com", false),
    ])
    func `plain http to another machine is odd, and the receipts' URL is not shown`(url: String, isOdd: Bool) throws {
        for setting in [Setting.nxteleURL, .nxteleReceiptURL] {
            let reader = SettingsReader(environment: [setting.name: url], toleratesMissing: true)
            reader.checkForProcesses()
            try reader.finish()
            #expect(reader.warnings.map { $0.prefix { $0 != ":" } } == (isOdd ? [Substring(setting.name)] : []))
            #expect(!reader.warnings.joined().contains(url))
        }
    }

    @Test(arguments: [
        ("POSTROOM_NXTELE_ACCESSKEY", "POSTROOM_NXTELE_ACCESSSECRET"),
        ("POSTROOM_NXTELE_ACCESSSECRET", "POSTROOM_NXTELE_ACCESSKEY"),
    ])
    func `a half of a pair is a problem, named by the other half`(given: String, missing: String) throws {
        let reader = SettingsReader(environment: [given: "a"], toleratesMissing: true)
        reader.checkForProcesses()
        let problems = try #require(throws: SettingsProblems.self) { try reader.finish() }.problems
        #expect(problems.count == 1 && problems[0].hasPrefix("\(missing): "), "\(problems)")
    }

    @Test func `of every setting that is more than a text or a path, a value of another kind is found`() throws {
        for setting in Setting.all {
            let wrong: String
            switch setting.kind {
            case .text, .path: continue
            case .choice, .listenAddress, .duration, .integer, .byteCount: wrong = "§"
            case .list, .accountSecrets: wrong = "a,,b"
            }
            let reader = SettingsReader(environment: [setting.name: wrong], toleratesMissing: true)
            reader.checkForProcesses()
            let problems = try #require(throws: SettingsProblems.self, "\(setting.name)") { try reader.finish() }
                .problems
            #expect(problems.contains { $0.hasPrefix("\(setting.name): ") }, "\(setting.name): \(problems)")
        }
    }

    @Test func `the command ends with 1 where a process would end with 78`() async throws {
        try await withProcesses { processes in
            for (environment, end, text) in [
                (["POSTROOM_UNCLEAR_POLICY": "FAIL"], "exit code 1", "POSTROOM_UNCLEAR_POLICY: \"FAIL\" was given"),
                (["POSTROOM_UNCLEAR_POLICY": "retry"], "exit code 0", "No problems: 1 of "),
            ] {
                let process = try await processes.start(
                    "postroom", arguments: ["config", "--check"], environment: environment)
                let exit = await process.exit(within: .seconds(60))
                #expect(exit?.description == end && process.log.contains(text), "\(process.log)")
            }
            let worker = try await processes.start(
                "postroom-send-worker", environment: ["POSTROOM_UNCLEAR_POLICY": "FAIL"])
            let exit = await worker.exit(within: .seconds(60))
            #expect(
                exit?.description == "exit code 78"
                    && worker.log.contains("POSTROOM_UNCLEAR_POLICY: \"FAIL\" was given"),
                "\(worker.log)")
            // A name that was misspelt is told with the problem that it makes.
            let ingress = try await processes.start(
                "postroom-ingress", environment: ["DATABASE_URL": "host=nowhere", "POSTROOM_NXTELE_TOKEN": "a"])
            #expect(await ingress.exit(within: .seconds(60))?.description == "exit code 78", "\(ingress.log)")
            for text in ["POSTROOM_NXTELE_TOKEN is not a setting", "POSTROOM_NXTELE_TOKENS: nobody could call"] {
                #expect(ingress.log.contains(text), "\(ingress.log)")
            }
        }
    }
}

extension Setting {
    fileprivate var columnDefault: String { defaultText ?? "-" }
}
