import PostgresClient
import TestSupport
import Testing

/// A notice as the server sends it (PostgreSQL manual, section 55.8, "NoticeResponse").
private func notice(code: String, file: String?) -> [UInt8] {
    var fields = "SWARNING\0VWARNING\0C\(code)\0Mcanceling wait for synchronous replication due to user request\0"
    if let file { fields += "F\(file)\0L327\0RSyncRepWaitForLSN\0" }
    fields += "\0"
    let length = UInt32(fields.utf8.count + 4)
    return [UInt8(ascii: "N")] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + Array(fields.utf8)
}

@Suite struct `A commit that is acknowledged with a warning` {
    /// Runs a transaction, or a statement alone, with the notice put before the server's answer to its commit.
    private func commit(_ added: [UInt8], alone: Bool) async throws -> (error: PostgresError?, isUsable: Bool) {
        let committed = Flag()
        let proxy = try Proxy(
            fromClient: {
                if $0.holds(alone ? "INSERT" : "COMMIT\0") { committed.set() }
                return .pass($0)
            },
            fromServer: { .pass(committed.isSet ? added + $0 : $0) })
        defer { proxy.close() }
        return try await withDatabase { configuration, database in
            try await database.sql("CREATE TABLE t (a integer)")
            var proxied = configuration
            proxied.connectionString = proxy.url(database)
            return try await OwnThread().run { [proxied] in
                let connection = try Connection.open(proxied, deadline: .far)
                let error = try failure {
                    if alone { return try connection.run(Insert(1), deadline: .far) }
                    return try connection.transaction(deadline: .far) { try $0.run(Insert(1), deadline: .far) }
                }
                return (error, connection.isUsable)
            }
        }
    }

    @Test(arguments: [true, false])
    func `of a cancelled wait for the standby is in doubt, and its connection dropped`(alone: Bool) async throws {
        let (error, isUsable) = try await commit(notice(code: "01000", file: "syncrep.c"), alone: alone)
        #expect(error?.reason == .commitInDoubt)
        #expect(error?.effect == .unknown)
        #expect(error?.isTransient == true)
        #expect(!isUsable)
    }

    @Test func `that tells not where it comes from is in doubt too`() async throws {
        let (error, _) = try await commit(notice(code: "01000", file: nil), alone: false)
        #expect(error?.reason == .commitInDoubt)
    }

    @Test(arguments: [("01000", "pl_exec.c"), ("25P01", "xact.c"), ("00000", "syncrep.c")])
    func `about something else stands`(code: String, file: String) async throws {
        let (error, isUsable) = try await commit(notice(code: code, file: file), alone: false)
        #expect(error == nil)
        #expect(isUsable)
    }

    @Test func `that a function raised, in a statement or at the commit, stands`() async throws {
        try await withConnection { connection in
            try connection.script(
                """
                CREATE TABLE t (a integer);
                CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN RAISE WARNING 'careful' USING ERRCODE = '01000'; RETURN NULL; END $$;
                CREATE TRIGGER at_once AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION warn();
                CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION warn()
                """)
            _ = try connection.run(Insert(1), deadline: .far)
            try connection.transaction(deadline: .far) { inner in _ = try inner.run(Insert(2), deadline: .far) }
            try connection.script("DO $$ BEGIN RAISE WARNING 'careful'; END $$")
            #expect(try connection.run(SumOfT(), deadline: .far) == 3)
        }
    }

    @Test(arguments: [false, true])
    func `a commit is not believed where the same answer says that a transaction is open`(
        inTransaction: Bool
    ) async throws {
        let open = TalkingServer.message("Z", "T")
        let began = TalkingServer.message("C", "BEGIN\0") + open
        let committed = TalkingServer.message("C", "COMMIT\0") + open
        let inserted =
            TalkingServer.message("1", "") + TalkingServer.message("2", "") + TalkingServer.message("n", "")
            + TalkingServer.message("C", "INSERT 0 1\0") + open
        let server = try TalkingServer(answers: inTransaction ? [began, committed] : [inserted])
        defer { server.close() }
        let error = try await OwnThread().run {
            let connection = try Connection.open(ConnectionConfiguration(connectionString: server.url), deadline: .far)
            defer { #expect(!connection.isUsable) }
            return try failure {
                guard inTransaction else { return _ = try connection.run(Insert(1), deadline: .far) }
                try connection.transaction(deadline: .far) { _ in }
            }
        }
        #expect(error?.reason == .commitInDoubt)
        #expect(error?.effect == .unknown)
    }
}
