import Glibc
import Logging
import Testing

@testable import Runtime

@Suite struct SettingsReaderTests {
    private func problems(of reader: SettingsReader) -> [String] {
        do throws(SettingsProblems) {
            try reader.finish()
            return []
        } catch {
            return error.problems
        }
    }

    @Test func `what is given is read`() throws {
        let reader = SettingsReader(environment: [
            "POSTROOM_STORE_DEADLINE": " 500ms ", "POSTROOM_INGRESS_LISTEN": "[::1]:1", "POSTROOM_RAW_LISTEN": "h:2",
            "POSTROOM_WORKERS": "64", "POSTROOM_MAX_BODY_BYTES": "1000", "POSTROOM_ALLOWED_IPS": "10.0.0.0/8 , ::1",
            "POSTROOM_ONOFF_API_KEYS": "one, acme:two", "DATABASE_URL": "postgres://h/d", "LOG_LEVEL": "Debug",
        ])
        #expect(reader.duration(.storeDeadline) == .milliseconds(500))
        #expect(reader.listenAddress(.ingressListen) == ListenAddress(host: "::1", port: 1))
        #expect(reader.optionalListenAddress(.rawListen) == ListenAddress(host: "h", port: 2))
        #expect(reader.integer(.workers) == 64)
        #expect(reader.byteCount(.maxBodyBytes) == ByteCount(1_000))
        #expect(reader.list(.allowedIPs) == ["10.0.0.0/8", "::1"])
        #expect(
            reader.accountSecrets(.onoffAPIKeys) == [
                AccountSecret(secret: Secret("one")), AccountSecret(account: "acme", secret: Secret("two")),
            ])
        #expect(reader.secret(.databaseURL).revealed == "postgres://h/d")
        #expect(reader.logLevel() == .debug)
        #expect(reader.warnings.isEmpty)
        try reader.finish()
    }

    @Test func `nothing given, or an empty value, leaves the default or nil`() throws {
        let reader = SettingsReader(environment: ["POSTROOM_WORKERS": "", "POSTROOM_RAW_LISTEN": " "])
        #expect(reader.integer(.workers) == 2)
        #expect(reader.optionalListenAddress(.rawListen) == nil)
        #expect(reader.optionalSecret(.databaseURL) == nil)
        #expect(reader.list(.nxteleReceiptPaths).isEmpty)
        try reader.finish()
    }

    @Test func `all problems are reported at once, each naming its key`() {
        let reader = SettingsReader(environment: [
            "POSTROOM_STORE_DEADLINE": "2 secs", "POSTROOM_WORKERS": "65", "POSTROOM_BATCH": "0",
            "POSTROOM_MAX_BODY_BYTES": "64k", "POSTROOM_INGRESS_LISTEN": "8080", "LOG_LEVEL": "loud",
            "POSTROOM_ALLOWED_IPS": "a,,b", "POSTROOM_SHUTDOWN_GRACE": "2000h",
        ])
        #expect(reader.duration(.storeDeadline) == .seconds(2))
        #expect(reader.integer(.workers) == 2)
        #expect(reader.integer(.batch) == 500)
        #expect(reader.byteCount(.maxBodyBytes) == ByteCount(65_536))
        #expect(reader.listenAddress(.ingressListen) == ListenAddress(host: "127.0.0.1", port: 8080))
        #expect(reader.logLevel() == .info)
        #expect(reader.list(.allowedIPs) == ["a", "b"])
        #expect(reader.duration(.shutdownGrace) == .seconds(20))
        #expect(reader.text(.databaseURL) == "")
        reader.problem(.allowedIPs, "\"a\" is not a CIDR.")
        #expect(
            problems(of: reader) == [
                "POSTROOM_STORE_DEADLINE: \"2 secs\" was given; expected a duration such as 500ms, 30s, 15m or 72h, "
                    + "from 1ms to 1m.",
                "POSTROOM_WORKERS: \"65\" was given; expected a whole number from 1 to 64.",
                "POSTROOM_BATCH: \"0\" was given; expected a whole number from 1 to 5000.",
                "POSTROOM_MAX_BODY_BYTES: \"64k\" was given; expected a whole number of bytes from 1 to 16777216.",
                "POSTROOM_INGRESS_LISTEN: \"8080\" was given; expected host:port, such as 127.0.0.1:8080 or [::1]:8080.",
                "LOG_LEVEL: \"loud\" was given; expected one of "
                    + "trace, debug, info, notice, warning, error, critical.",
                "POSTROOM_ALLOWED_IPS: item 2 is empty; expected items with commas between them.",
                "POSTROOM_SHUTDOWN_GRACE: \"2000h\" was given; expected a duration such as 500ms, 30s, 15m or 72h, "
                    + "from 100ms to 1h.",
                "DATABASE_URL: nothing was given; expected a text.",
                "POSTROOM_ALLOWED_IPS: \"a\" is not a CIDR.",
            ])
    }

    @Test(arguments: [
        ("host=a,b dbname=d target_session_attrs=read-write", true), ("postgresql://u@a:5432,b/d", true),
        ("hunter2 hunter2", false), ("postgres://u:hunter2@[x", false), ("hots=hunter2", false),
    ])
    func `where Postgres is must be something that libpq reads, and is never shown`(url: String, isRead: Bool) {
        let reader = SettingsReader(environment: ["DATABASE_URL": url])
        #expect(reader.database(applicationName: "a").connectionString == url)
        let problem = "DATABASE_URL: the value given (not shown) cannot be read; expected a libpq URI or keywords."
        #expect(problems(of: reader) == (isRead ? [] : [problem]))
    }

    @Test func `a problem of a setting that two parts of a process read is told once`() {
        let reader = SettingsReader(environment: ["POSTROOM_STORE_DEADLINE": "x", "POSTROOM_SHUTDOWN_GRACE": "x"])
        for _ in 0..<2 { _ = (reader.duration(.storeDeadline), reader.duration(.shutdownGrace)) }
        #expect(problems(of: reader).count == 2)
    }

    @Test func `a required address that is wrong is one problem, not two`() {
        let reader = SettingsReader(environment: ["POSTROOM_RAW_LISTEN": "x"])
        _ = reader.listenAddress(.rawListen)
        #expect(problems(of: reader).count == 1)
        let empty = SettingsReader(environment: [:])
        _ = empty.listenAddress(.rawListen)
        #expect(problems(of: empty).count == 1)
    }

    @Test func `no secret is quoted, whatever is wrong with it`() {
        let reader = SettingsReader(environment: [
            "POSTROOM_ONOFF_API_KEYS": "hush 1,hush2,acme:hush2,,:hush3", "POSTROOM_NXTELE_TOKENS": "hüsh",
        ])
        #expect(reader.accountSecrets(.onoffAPIKeys) == [AccountSecret(secret: Secret("hush2"))])
        #expect(reader.accountSecrets(.nxteleTokens).isEmpty)
        let problems = problems(of: reader)
        #expect(problems.count == 5)
        for problem in problems {
            #expect(!problem.contains("hush") && !problem.contains("hüsh") && !problem.contains("acme"))
        }
    }

    @Test func `a list has at most 256 items`() {
        let items = (0...SettingsReader.listItemsMax).map { "\($0)" }
        let good = SettingsReader(environment: ["POSTROOM_ALLOWED_IPS": items.dropLast().joined(separator: ",")])
        #expect(good.list(.allowedIPs).count == 256)
        #expect(problems(of: good).isEmpty)
        let bad = SettingsReader(environment: ["POSTROOM_ALLOWED_IPS": items.joined(separator: ",")])
        #expect(bad.list(.allowedIPs).isEmpty)
        #expect(problems(of: bad).count == 1)
    }

    @Test func `what is quoted is cut short and cannot move the cursor`() {
        #expect(quotedText("a\u{1B}[2J\"\\\n", charactersMax: 64) == "\"a\\u{1b}[2J\\\"\\\\\\u{a}\"")
        #expect(quotedText("abcdef", charactersMax: 3) == "\"abc…\"")
    }

    @Test func `unknown POSTROOM variables are warned about, others are not`() throws {
        let reader = SettingsReader(environment: ["POSTROOM_WORKER": "3", "PATH": "/bin", "POSTROOM_BATCH": "1"])
        #expect(reader.warnings == ["POSTROOM_WORKER is not a setting of this version and was ignored."])
        try reader.finish()
    }

    @Test func `the file is read, and the environment wins over it`() throws {
        let path = try temporaryFile("POSTROOM_WORKERS=3\nPOSTROOM_BATCH=7\nPOSTROOM_OLD=1\n")
        defer { unlink(path) }
        let reader = SettingsReader(environment: [
            "POSTROOM_ENV_FILE": path, "POSTROOM_BATCH": "8", "POSTROOM_WORKERS": "",
        ])
        #expect(reader.integer(.workers) == 3)
        #expect(reader.integer(.batch) == 8)
        #expect(reader.warnings == ["POSTROOM_OLD is not a setting of this version and was ignored."])
        try reader.finish()
    }

    @Test func `a file with bad lines, or none at all, is a problem`() throws {
        let path = try temporaryFile("nonsense\n")
        defer { unlink(path) }
        #expect(
            problems(of: SettingsReader(environment: ["POSTROOM_ENV_FILE": path]))
                == ["POSTROOM_ENV_FILE: line 1 of \(path) is not KEY=VALUE."])
        #expect(
            problems(of: SettingsReader(environment: ["POSTROOM_ENV_FILE": "/nowhere/env"]))
                == ["POSTROOM_ENV_FILE: /nowhere/env cannot be read (No such file or directory)."])
    }

    @Test func `a file that is too large or no text is a problem`() throws {
        let large = try temporaryFile(String(repeating: "#", count: EnvironmentFile.bytesMax + 1))
        let exact = try temporaryFile(String(repeating: "#", count: EnvironmentFile.bytesMax))
        defer {
            unlink(large)
            unlink(exact)
        }
        #expect(problems(of: SettingsReader(environment: ["POSTROOM_ENV_FILE": large])).count == 1)
        #expect(problems(of: SettingsReader(environment: ["POSTROOM_ENV_FILE": exact])).isEmpty)
        #expect(problems(of: SettingsReader(environment: ["POSTROOM_ENV_FILE": "/"])).count == 1)
    }

    @Test func `the process's own environment is seen`() {
        #expect(processEnvironment()["PATH"]?.isEmpty == false)
    }

    private func temporaryFile(_ content: String) throws -> String {
        var template = Array("/tmp/postroom-settings-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = Array(content.utf8)
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
