import Foundation
import Testing

@testable import Operations

@Suite struct SuppressionCommandTests {
    @Test func `a number is put on the list and taken off, each change once and on record`() async throws {
        try await withCommandBed { bed in
            let added = try await bed.succeed(
                "suppression", "add", "--account", "default", "0033 6 12 34 56 78", "--note", "Called us.")
            #expect(added.lines == ["Account default sends nothing more to +33612345678."])
            let again = try await bed.succeed("suppression", "add", "--account", "default", "+33612345678")
            #expect(again.text.hasPrefix("Nothing was done:"))
            let list = try await bed.succeed("suppression", "list", "--account", "default")
            #expect(list.lines.count == 2 && list.lines[1].hasPrefix("+33612345678  "), "\(list.text)")
            #expect(list.lines[1].contains("operator") && list.lines[1].contains("Called us."))
            try await bed.succeed("suppression", "lift", "--account", "default", "+33612345678")
            let twice = try await bed.succeed("suppression", "lift", "--account", "default", "+33612345678")
            #expect(twice.text.hasPrefix("Nothing was done:"))
            #expect(try await bed.succeed("suppression", "list", "--account", "default").lines == ["No numbers."])
            let shown = try await bed.succeed("suppression", "show", "--account", "default", "+33612345678")
            #expect(shown.lines.first == "Account default may send to +33612345678.")
            #expect(
                shown.lines.count == 4 && shown.lines[2].contains("lifted") && shown.lines[3].contains("suppressed"))
            #expect(
                try await bed.database.sql(
                    "SELECT number, source, kind, actor, note FROM outbox.suppression_event ORDER BY received_at")
                    == [
                        "+33612345678|operator|suppressed|\(NSUserName())|Called us.",
                        "+33612345678|operator|lifted|\(NSUserName())|",
                    ])
        }
    }

    @Test func `the words that stand are printed`() async throws {
        try await withCommandBed { bed in
            let lines = try await bed.succeed("suppression", "words").lines
            #expect(lines.first?.hasPrefix("stop: ") == true && lines.last?.hasPrefix("start: ") == true)
            #expect(lines.first?.contains("unsubscribe") == true && lines.first?.contains("退订") == true)
        }
    }

    @Test func `no such account, and what is no number, change nothing`() async throws {
        try await withCommandBed { bed in
            let unknown = try await bed.run("suppression", "add", "--account", "nobody", "+33612345678")
            #expect(unknown.end == "exit code 1" && unknown.text.contains("There is no account nobody."))
            for wrong in ["33612345678", "+3361", "STOP"] {
                let run = try await bed.run("suppression", "lift", "--account", "default", wrong)
                #expect(run.end == "exit code 64", "\(run.text)")
            }
            let note = try await bed.run("suppression", "add", "--account", "default", "+33612345678", "--note", "")
            #expect(note.end == "exit code 64", "\(note.text)")
            #expect(try await bed.database.sql("SELECT count(*) FROM outbox.suppression_event") == ["0"])
        }
    }
}
