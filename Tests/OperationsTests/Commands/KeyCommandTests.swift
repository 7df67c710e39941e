import Crypto
import Foundation
import Testing

@testable import Operations

@Suite struct KeyCommandTests {
    @Test func `a key is shown once, alone on its line, and only its hash is kept`() async throws {
        try await withCommandBed { bed in
            let made = try await bed.succeed(
                "key", "create", "--account", "default", "--user", "shop", "--scope", "read", "--scope", "send",
                "--scope", "read")
            #expect(made.lines.count == 2)
            let key = try #require(made.lines.first { $0.wholeMatch(of: /postroom_[A-Za-z0-9_-]{43}/) != nil })
            let hash = SHA256.hash(data: Data(key.utf8)).map { String(format: "%02x", $0) }.joined()
            let stored = try await bed.database.sql(
                "SELECT encode(hash, 'hex'), account, user_id, scopes, revoked_at, id FROM ops.api_key")
            let row = try #require(stored.first).split(separator: "|", omittingEmptySubsequences: false)
            #expect(stored.count == 1)
            #expect(row.dropLast() == [Substring(hash), "default", "shop", "{send,read}", ""])
            let sentence = "for account default, user shop, with the scopes send, read. It is shown this once:"
            #expect(made.text.contains("Key \(row[5]) " + sentence), "\(made.text)")

            let list = try await bed.succeed("key", "list")
            #expect(list.lines.count == 2)
            #expect(list.lines[0].split(separator: " ") == ["id", "account", "user", "scopes", "created", "revoked"])
            #expect(
                list.lines[1].wholeMatch(of: /[0-9a-f-]{36}  default  shop  send read  [0-9TZ:.-]+  -/) != nil,
                "\(list.text)")
            #expect(!list.text.contains(key) && !list.text.contains(hash))
        }
    }

    @Test func `no two keys are alike`() {
        let keys = (0..<100).map { _ in APIKey.make() }
        #expect(Set(keys.map(\.text)).count == 100)
        #expect(Set(keys.map(\.hash)).count == 100)
    }

    @Test func `a key is base64url without padding`() {
        #expect(APIKey(random: Array(repeating: 0, count: 32)).text == "postroom_" + String(repeating: "A", count: 43))
        // 0xFB 0xFF 0xFE is "+//+" in base64.
        let random = (0..<32).map { [0xFB, 0xFF, 0xFE][$0 % 3] as UInt8 }
        #expect(APIKey(random: random).text == "postroom_" + String(repeating: "-__-", count: 10) + "-_8")
    }

    @Test func `a key is revoked once, and others stay`() async throws {
        try await withCommandBed { bed in
            for user in ["a", "b"] {
                let made = try await bed.succeed(
                    "key", "create", "--account", "default", "--user", user, "--scope", "admin")
                #expect(made.text.contains(", user \(user), with the scope admin. "), "\(made.text)")
            }
            let id = try await bed.database.sql("SELECT id FROM ops.api_key WHERE user_id = 'a'")[0]
            let revoked = try await bed.succeed("key", "revoke", id)
            #expect(revoked.lines == ["Revoked key \(id) of account default, user a."])
            let times = "SELECT user_id, revoked_at FROM ops.api_key ORDER BY 1"
            let first = try await bed.database.sql(times)
            #expect(first[0] != "a|" && first[1] == "b|")
            let again = try await bed.succeed("key", "revoke", id)
            #expect(again.text.hasPrefix("Nothing changed: key \(id) was revoked before, at "), "\(again.text)")
            #expect(try await bed.database.sql(times) == first)
            let list = try await bed.succeed("key", "list", "--account", "default")
            #expect(list.lines.count { $0.hasSuffix(" -") } == 1, "\(list.text)")
            try await bed.succeed("account", "create", "other", "--kind", "prepaid", "--currency", "EUR")
            #expect(try await bed.succeed("key", "list", "--account", "other").lines == ["No keys."])
        }
    }

    @Test func `an unknown account is told how to be made`() async throws {
        try await withCommandBed { bed in
            let run = try await bed.run("key", "create", "--account", "nobody", "--user", "u", "--scope", "send")
            #expect(run.end == "exit code 1")
            #expect(
                run.lines == [
                    "Error: There is no account nobody. Make it: postroom account create nobody --kind prepaid "
                        + "--currency USD"
                ])
            #expect(try await bed.database.sql("SELECT count(*) FROM ops.api_key") == ["0"])
        }
    }

    @Test func `what is wrong ends with a sentence and its code`() async throws {
        try await withCommandBed { bed in
            let create = ["key", "create"]
            let none = "0190a3c0-0000-7000-8000-000000000000"
            for (arguments, code, sentence) in [
                (
                    create + ["--account", "default", "--user", "u"], 64,
                    "Missing expected argument '--scope <scope> ...'"
                ),
                (create + ["--account", "default", "--user", "u", "--scope", "root"], 64, "'root' is invalid"),
                (create + ["--account", "a b", "--user", "u", "--scope", "send"], 64, "'a b' is invalid"),
                (create + ["--account", "default", "--user", "", "--scope", "send"], 64, "--user must have 1 to 128"),
                (create + ["--account", "default", "--user", "a\nb", "--scope", "send"], 64, "--user must have"),
                (
                    create + ["--account", "default", "--user", String(repeating: "u", count: 129), "--scope", "send"],
                    64, "--user must have"
                ),
                (["key", "revoke"], 64, "Missing expected argument '<id>'"),
                (["key", "revoke", "x"], 1, "Error: Not an id: x. See `postroom key list`."),
                (["key", "revoke", none], 1, "Error: There is no key \(none)."),
                (["key", "list", "--limit", "0"], 64, "--limit must be 1...100000."),
            ] as [([String], Int, String)] {
                let run = try await bed.run(arguments)
                #expect(run.end == "exit code \(code)", "\(arguments)")
                #expect(run.text.contains(sentence), "\(arguments): \(run.text)")
            }
            #expect(try await bed.database.sql("SELECT count(*) FROM ops.api_key") == ["0"])
            let monitor = try await bed.run(["key", "list"], user: "postroom_monitor")
            #expect(monitor.end == "exit code 1")
            #expect(monitor.text.contains("Connect as postroom_operator, or as the owner."), "\(monitor.text)")
        }
    }
}
