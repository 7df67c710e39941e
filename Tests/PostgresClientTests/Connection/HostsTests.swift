import PostgresClient
import TestSupport
import Testing

@Suite struct `A connection string may list hosts` {
    /// The test server's own folder and the database's name.
    private func parts(_ database: TestDatabase) throws -> (folder: String, name: String) {
        let words = try TestEnvironment.serverURL().split(separator: " ")
        let host = words.first { $0.hasPrefix("host=") }.map { String($0.dropFirst(5)) } ?? ""
        return (host, database.name)
    }

    private func answer(
        _ text: String, timeout: Duration = .seconds(3), user: String? = nil
    ) async throws -> (number: Int32?, error: PostgresError?, took: Duration) {
        try await OwnThread().run {
            let start = ContinuousClock.now
            do {
                let connection = try Connection.open(
                    ConnectionConfiguration(connectionString: text, hostTimeout: timeout, user: user), deadline: .far)
                let number = try connection.run(BackendNumber(), deadline: .far)
                return (number, nil, ContinuousClock.now - start)
            } catch let error as PostgresError {
                return (nil, error, ContinuousClock.now - start)
            }
        }
    }

    @Test func `where the first refuses, the second answers`() async throws {
        try await withTestDatabase(migrated: false) { database in
            let (folder, name) = try parts(database)
            let closed = try freePort()
            let result = try await answer("host=127.0.0.1,\(folder) port=\(closed),5432 dbname=\(name) user=postgres")
            #expect(result.number != nil)
        }
    }

    @Test func `where the first says nothing, the second answers after the host's time`() async throws {
        let proxy = try Proxy(fromClient: { _ in .goSilent })
        defer { proxy.close() }
        try await withTestDatabase(migrated: false) { database in
            let (folder, name) = try parts(database)
            let result = try await answer(
                "host=127.0.0.1,\(folder) port=\(proxy.port),5432 dbname=\(name) user=postgres sslmode=disable",
                timeout: .milliseconds(400))
            #expect(result.number != nil)
            #expect(result.took >= .milliseconds(400) && result.took < .seconds(20))
        }
    }

    @Test func `one port goes for all hosts, and a URI will do`() async throws {
        try await withTestDatabase(migrated: false) { database in
            let (folder, name) = try parts(database)
            #expect(try await answer("host=/nowhere,\(folder) port=5432 dbname=\(name) user=postgres").number != nil)
            let encoded = folder.split(separator: "/").map { "%2F\($0)" }.joined()
            #expect(
                try await answer("postgresql://postgres@127.0.0.1:1,\(encoded):5432/\(name)?connect_timeout=5").number
                    != nil)
        }
    }

    @Test func `the session must be as asked`() async throws {
        try await withTestDatabase(migrated: false) { database in
            let (folder, name) = try parts(database)
            try await database.sql("ALTER DATABASE \(name) SET default_transaction_read_only = on")
            let target = "host=\(folder) port=5432 dbname=\(name) user=postgres target_session_attrs"
            let refused = try await answer("\(target)=read-write").error
            #expect(refused?.reason == .connectionLost)
            #expect(refused?.isTransient == true)
            #expect(try await answer("\(target)=read-only").number != nil)
            try await database.sql(
                "BEGIN READ WRITE; ALTER DATABASE \(name) RESET default_transaction_read_only; COMMIT")
            #expect(try await answer("\(target)=read-write").number != nil)
            #expect(try await answer("\(target)=standby").error?.reason == .connectionLost)
        }
    }

    @Test func `all of them away is the last one's failure, without effect`() async throws {
        let closed = try freePort()
        let error = try await answer("host=127.0.0.1,127.0.0.1 port=\(closed) dbname=x user=postgres").error
        #expect(error?.reason == .connectionLost)
        #expect(error?.effect == PostgresError.Effect.none)
        #expect(error?.statement == "connect")
    }

    @Test func `the configuration's user and database stand over the string's`() async throws {
        try await withTestDatabase(migrated: false) { database in
            let (folder, name) = try parts(database)
            let names = try await OwnThread().run {
                let configuration = ConnectionConfiguration(
                    connectionString: "host=\(folder) port=5432 dbname=nowhere user=nobody", applicationName: "who",
                    user: "postgres", database: name)
                let connection = try Connection.open(configuration, deadline: .far)
                return try connection.ask(
                    "SELECT concat_ws('|', current_user, current_database(), current_setting('application_name'), "
                        + "current_setting('client_encoding'))")
            }
            #expect(names == "postgres|\(name)|who|UTF8")
        }
    }

    @Test(arguments: [
        "host=db password=s3cr3tWord nonsense", "postgresql://u:s3cr3tWord@[::1/db", "password='s3cr3tWord",
        "postgresql://u:s3cr3tWord@h/db?nonsense=1", "passw0rd=s3cr3tWord", "postgresql://u:s3cr3tWord%zz@h/db",
    ])
    func `one that cannot be read is told from a missing server, and not quoted`(text: String) async throws {
        let error = try #require(try await answer(text).error)
        #expect(error.reason == .badConfiguration)
        #expect(!error.isTransient)
        for description in ["\(error)", error.debugDescription, String(reflecting: error), error.serverMessage] {
            #expect(!description.contains("s3cr3tWord"))
        }
    }

    @Test func `why there is no connection is told, and never the password`() async throws {
        try await withTestDatabase(migrated: false) { database in
            let (folder, name) = try parts(database)
            let closed = try freePort()
            let server = "host=\(folder) port=5432 password=s3cr3tWord"
            for (text, reason) in [
                ("\(server) dbname=\(name) user=who_is_this", "role \"who_is_this\" does not exist"),
                ("\(server) dbname=nowhere user=postgres", "database \"nowhere\" does not exist"),
                (
                    "host=127.0.0.1 port=\(closed) password=s3cr3tWord dbname=x user=postgres",
                    "port \(closed) failed: Connection refused"
                ),
                ("host=nowhere.invalid password=s3cr3tWord dbname=x user=x", "the host's name was not resolved: "),
            ] {
                let error = try #require(try await answer(text).error)
                #expect("\(error)".hasPrefix("connect: no connection to Postgres: "), "\(error)")
                #expect("\(error)".contains(reason), "\(error)")
                #expect(!"\(error)".contains("s3cr3tWord") && !"\(error)".contains("\n"), "\(error)")
            }
        }
    }

    // A `/` or `@` that is not percent-encoded: libpq takes what it stands in for a port, a host or a database.
    @Test(arguments: [
        "postgresql://u:s3cr3tWord/x@127.0.0.1/db", "postgresql://u:x@s3cr3tWord@127.0.0.1/db",
        "postgresql://u:x/s3cr3tWord@127.0.0.1/db",
    ])
    func `nor a password that was taken for something else`(text: String) async throws {
        let error = try #require(try await answer(text).error)
        #expect(!"\(error)".contains("s3cr3tWord"), "\(error)")
    }

    @Test(arguments: ["port=abc", "port=70000", "sslmode=perhaps", "target_session_attrs=best", "keepalives=x"])
    func `one whose values make no sense fails, too, without its password`(setting: String) async throws {
        let error = try #require(
            try await answer("host=127.0.0.1 user=u dbname=d password=s3cr3tWord \(setting)").error)
        #expect(!error.debugDescription.contains("s3cr3tWord"))
    }
}
