import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct UpTests {
        @Test func `up shows the examples as rows, and again on the same folder, and leaves nothing running`()
            async throws
        {
            try await withTemporaryFolder { folder in
                try await withProcesses { processes in
                    let command = Command(processes)
                    let first = try await command.run(
                        "up", "--data", "\(folder)/data", "--port", "0", "--api-port", "0")
                    expectShown(first, accepted: ["nxtele-receipt": 7, "onoff-sms": 2])
                    #expect(first.lines.contains { $0.hasPrefix("Making a database cluster") })
                    #expect(first.lines.count { $0.hasSuffix("nothing new: a duplicate") } == 4)
                    #expect(first.lines.count { $0.hasSuffix("a new receipt") } == 1)
                    #expect(first.lines.count { $0.hasSuffix("a new log entry") } == 1)
                    #expect(leftovers(of: folder) == [])

                    let second = try await command.run(
                        "up", "--data", "\(folder)/data", "--port", "0", "--api-port", "0")
                    expectShown(second, accepted: ["nxtele-receipt": 14, "onoff-sms": 4])
                    #expect(second.lines.contains("The schema is up to date"))
                    #expect(second.lines.count { $0.hasSuffix("nothing new: a duplicate") } == 6)
                    #expect(leftovers(of: folder) == [])
                }
            }
        }

        @Test func `up after a run that was killed starts as if nothing had been`() async throws {
            try await withTemporaryFolder { folder in
                try await withProcesses { processes in
                    let command = Command(processes)
                    let first = try await command.start(
                        "up", "--data", "\(folder)/data", "--port", "0", "--api-port", "0", "--keep")
                    try await eventually(within: .seconds(60), "it keeps running") {
                        guard first.isRunning else { throw TestSupportFailure("it ended") }
                        return first.lines.contains { $0.contains("Ctrl-C stops it") }
                    }
                    #expect(leftovers(of: folder).count >= 4)  // Postgres, ingress, worker, and itself
                    await first.kill()
                    let second = try await command.run(
                        "up", "--data", "\(folder)/data", "--port", "0", "--api-port", "0")
                    expectShown(second, accepted: ["nxtele-receipt": 14, "onoff-sms": 4])
                    try await eventually("nothing of either run is left") { leftovers(of: folder) == [] }
                }
            }
        }

        @Test func `up that keeps running takes settings and commands, and ends with its children at a signal`()
            async throws
        {
            try await withTemporaryFolder { folder in
                try await withProcesses { processes in
                    let port = try freePort()
                    let secret = "signs-\(UInt64.random(in: .min ... .max))"
                    // What up sets itself stays its own; a file that is named is none of theirs.
                    let given = [
                        "POSTROOM_ALERT_ALLOWED_NETWORKS": "127.0.0.1/32", "POSTROOM_NXTELE_APPKEY": "theirs",
                        "POSTROOM_NXTELE_ACCESSKEY": "signer", "POSTROOM_NXTELE_ACCESSSECRET": secret,
                        "POSTROOM_ENV_FILE": "\(folder)/none",
                    ]
                    let up = try await Command(processes, environment: given).start(
                        "up", "--data", "\(folder)/data", "--port", "\(port)", "--api-port", "0", "--keep")
                    let file = "\(folder)/data/operator.env"
                    try await eventually(within: .seconds(60), "it keeps running") {
                        up.lines.contains { $0.contains("POSTROOM_ENV_FILE=\(file) ") }
                    }
                    #expect(try await HTTPProbe.get("/nothing", port: port).status == 404)
                    // The sandbox has it, or no SMS would have come to its end; on a command line everybody could read it.
                    #expect(holders(of: secret, in: "environ").count { $0.contains("user=postroom_send_worker") } == 1)
                    #expect(holders(of: secret, in: "cmdline") == [])
                    // Nor can anybody read there by which token receipts come; and what a crash reports has no memory in it.
                    let receipts = "127.0.0.1:\(port)/v1/nxtele/dr/"
                    #expect(holders(of: receipts, in: "cmdline") == [])
                    let senders = holders(of: receipts, in: "environ")
                    #expect(senders.count == 1 && senders[0].contains("SWIFT_BACKTRACE=registers=none"))
                    let rights = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
                    #expect(rights == 0o600)
                    // Its URL is one by the networks that the file has from the environment, and by nothing else.
                    let added = try await Command(processes, environment: ["POSTROOM_ENV_FILE": file]).run(
                        "alert", "endpoint", "add", "http://127.0.0.1:9000/operators")
                    #expect(added.end == "exit code 0", "\(added.text)")
                    #expect(try !String(contentsOfFile: file, encoding: .utf8).contains("theirs"))
                    let key = try String(contentsOfFile: "\(folder)/data/alert.key", encoding: .utf8)
                    let told = holders(of: key, in: "environ").filter { $0.contains("user=postroom_alert_worker") }
                    #expect(told.count == 1 && told[0].contains("POSTROOM_ALERT_ALLOWED_NETWORKS=127.0.0.1/32"))
                    let end = await up.terminate(grace: .seconds(60))
                    #expect(end == .code(0), "\(up.log)")
                    #expect(leftovers(of: folder) == [])
                }
            }
        }

        @Test func `a taken port is a sentence and code 1, and nothing is left running`() async throws {
            try await withTemporaryFolder { folder in
                try await withProcesses { processes in
                    let listener = try Listener()
                    let outcome = try await Command(processes).run(
                        "up", "--data", "\(folder)/data", "--port", "\(listener.port)", "--api-port", "0")
                    #expect(outcome.end == "exit code 1")
                    #expect(outcome.text.contains("Port \(listener.port)"), "\(outcome.text)")
                    #expect(outcome.text.contains("choose another port"), "\(outcome.text)")
                    #expect(leftovers(of: folder) == [])
                }
            }
        }

        @Test func `a folder of another version, or of somebody else, is a sentence and code 1`() async throws {
            try await withTemporaryFolder { folder in
                try await withProcesses { processes in
                    try FileManager.default.createDirectory(
                        atPath: "\(folder)/old/server", withIntermediateDirectories: true)
                    try Data().write(to: URL(fileURLWithPath: "\(folder)/old/postroom.folder"))
                    try Data("9\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/old/server/PG_VERSION"))
                    let old = try await Command(processes).run(
                        "up", "--data", "\(folder)/old", "--port", "0", "--api-port", "0")
                    #expect(old.end == "exit code 1")
                    #expect(old.text.contains("PostgreSQL 9") && old.text.contains("postgresql-9"), "\(old.text)")

                    try FileManager.default.createDirectory(
                        atPath: "\(folder)/foreign/letters", withIntermediateDirectories: true)
                    let foreign = try await Command(processes).run(
                        "up", "--data", "\(folder)/foreign", "--port", "0", "--api-port", "0")
                    #expect(
                        foreign.end == "exit code 1" && foreign.text.contains("\(folder)/foreign"), "\(foreign.text)")
                    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/foreign") == ["letters"])
                    #expect(leftovers(of: folder) == [])
                }
            }
        }

        @Test func `a machine without Postgres is told what to install`() async throws {
            try await withTemporaryFolder { folder in
                try await withProcesses { processes in
                    let command = Command(processes, environment: ["POSTROOM_PG_BIN": folder])
                    let outcome = try await command.run(
                        "up", "--data", "\(folder)/data", "--port", "0", "--api-port", "0")
                    #expect(outcome.end == "exit code 1")
                    #expect(
                        outcome.text.contains(folder) && outcome.text.contains("POSTROOM_PG_BIN"), "\(outcome.text)")
                }
            }
        }

        /// That the table of a run says what the documentation's examples must become.
        private func expectShown(_ outcome: Command.Outcome, accepted: [String: Int]) {
            #expect(outcome.end == "exit code 0", "\(outcome.text)")
            #expect(outcome.lines.count { $0.hasSuffix("-> 200 success") } == 4)
            #expect(outcome.lines.count { $0.hasSuffix("-> 200 {}") } == 2)
            func row(_ words: String...) -> Bool {
                outcome.lines.contains { line in words.allSatisfy { line.contains($0) } }
            }
            #expect(row("b308d94a73f94e6d84ae975c41f4b2a6  2 ", "DELIVRD", "0.045 x 1 x 6.4845 USD", "entry "))
            #expect(row("default  12345  SENT", "+1234567890", "2023-05-20 14:30:00Z", "Hello, this is a sample SMS."))
            #expect(row("+6282167624806  sent ", "delivered", "2021-02-26 02:01:15Z"))
            for (source, count) in accepted {
                // source, day, accepted, waiting, processed, dead, discarded, difference
                let words = outcome.lines.map { $0.split(separator: " ") }.last {
                    $0.first == source[...] && $0.count == 8
                }
                #expect(
                    words?.dropFirst(2).map(String.init) == ["\(count)", "0", "\(count)", "0", "0", "0"],
                    "\(outcome.text)")
            }
        }
    }
}

/// The environments (`environ`) or command lines (`cmdline`) of the processes that were given a secret there.
private func holders(of secret: String, in file: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { Int32($0) != nil }
        .map { String(decoding: FileManager.default.contents(atPath: "/proc/\($0)/\(file)") ?? Data(), as: UTF8.self) }
        .filter { $0.contains(secret) }
}

/// The processes that have something to do with a folder: by their command line or their environment.
private func leftovers(of folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { Int($0) != nil && Int32($0) != getpid() }.filter { process in
        ["cmdline", "environ"].contains { file in
            let data = FileManager.default.contents(atPath: "/proc/\(process)/\(file)") ?? Data()
            return String(decoding: data, as: UTF8.self).contains(folder)
        }
    }
}
