import Foundation
import Runtime
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
        let reader = SettingsReader(environment: [
            "POSTROOM_WORKERS": "many", "LOG_LEVEL": "loud", "POSTROOM_INGRESS_LISTEN": "8080",
            "POSTROOM_STORE_DEADLINE": "2", "POSTROOM_MAX_BODY_BYTES": "0", "POSTROOM_ONOFF_API_KEYS": "hunter2,,x",
            "POSTROOM_BATCH": "10",
        ])
        _ = reader.check(Setting.all)
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
        let reader = SettingsReader(environment: [
            "POSTROOM_BATCH": "10", "POSTROOM_WORKERS": "2", "LOG_LEVEL": "Debug",
        ])
        #expect(reader.check(Setting.all) == 2)
        try reader.finish()
    }
}

extension Setting {
    fileprivate var columnDefault: String { defaultText ?? "-" }
}
