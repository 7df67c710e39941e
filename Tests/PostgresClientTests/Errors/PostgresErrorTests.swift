import PostgresClient
import TestSupport
import Testing

@Suite struct `An error says what the caller must know, and no data` {
    struct Refusal: Sendable, CustomTestStringConvertible {
        var sql: String
        var code: String
        var constraint: String?
        var testDescription: String { code }
    }

    /// Each quotes a value, 4915112345678, that must not be told.
    static let refusals: [Refusal] = [
        Refusal(sql: "INSERT INTO r VALUES (1, '+4915112345678'), (1, 'x')", code: "23505", constraint: "r_pkey"),
        Refusal(sql: "INSERT INTO r VALUES (-4915112345678, 'x')", code: "23514", constraint: "r_a_positive"),
        Refusal(sql: "INSERT INTO r VALUES (2, NULL)", code: "23502", constraint: nil),
        Refusal(sql: "INSERT INTO s VALUES (4915112345678)", code: "23503", constraint: "s_a_fkey"),
        Refusal(sql: "SELECT 'x4915112345678'::integer", code: "22P02", constraint: nil),
        Refusal(sql: "SELECT '4915112345678'::smallint", code: "22003", constraint: nil),
        Refusal(sql: "SELECT x4915112345678", code: "42703", constraint: nil),
        Refusal(sql: "SELECT '4915112345678' FROM nowhere", code: "42P01", constraint: nil),
        Refusal(sql: "DO $$ BEGIN RAISE EXCEPTION 'no %', 4915112345678; END $$", code: "P0001", constraint: nil),
    ]

    @Test(arguments: refusals)
    func `code and constraint's name`(refusal: Refusal) async throws {
        let error = try await withConnection { connection in
            try connection.script(
                """
                CREATE TABLE r (a bigint CONSTRAINT r_pkey PRIMARY KEY CONSTRAINT r_a_positive CHECK (a > 0),
                                b text NOT NULL);
                CREATE TABLE s (a bigint CONSTRAINT s_a_fkey REFERENCES r)
                """)
            return try failure { try connection.script(refusal.sql) }
        }
        #expect(error?.sqlState == SQLState(refusal.code))
        #expect(error?.constraint == refusal.constraint)
        #expect(error?.effect == PostgresError.Effect.none)
        let error2 = try #require(error)
        #expect(!"\(error2)".contains("4915112345678"))
        #expect("\(error2)".contains(refusal.code))
        #expect("\(error2)".contains("script"))
        // What the server said is for whoever debugs.
        #expect(!error2.serverMessage.isEmpty)
        #expect(error2.debugDescription.contains(error2.serverMessage))
    }

    @Test(arguments: [
        PostgresError.Reason.connectionLost, .deadlinePassed, .cancelled, .poolExhausted, .closed, .misused,
        .server(SQLState("23505")), .commitInDoubt, .unexpectedResult, .badConfiguration,
    ])
    func `no reason's sentence quotes the server`(reason: PostgresError.Reason) {
        let error = PostgresError(
            reason, effect: .unknown, statement: "InsertThings", constraint: "things_pkey",
            serverMessage: "Key (phone)=(+4915112345678) already exists")
        #expect(!"\(error)".contains("4915112345678"))
        #expect("\(error)".hasPrefix("InsertThings: "))
        #expect("\(error)".contains("things_pkey"))
        #expect("\(error)".hasSuffix("its effect is not known"))
        #expect(String(reflecting: error).contains("4915112345678"))
    }

    @Test(arguments: [
        ("40P01", true, false), ("40001", true, false), ("55P03", true, false), ("57014", true, false),
        ("57P01", true, false), ("53300", true, false), ("08006", true, false), ("58030", true, false),
        ("25006", true, false), ("22001", false, true), ("22P02", false, true), ("23505", false, true),
        ("23514", false, true), ("54000", false, true), ("42P01", false, false), ("42501", false, false),
        ("28P01", false, false), ("XX000", false, false), ("P0001", false, false), ("55000", false, false),
    ])
    func `what may be tried again, and what is the data's fault`(code: String, isTransient: Bool, blamesData: Bool) {
        #expect(SQLState(code).isTransient == isTransient)
        #expect(SQLState(code).blamesData == blamesData)
        let error = PostgresError(.server(SQLState(code)), statement: "s")
        #expect(error.isTransient == isTransient)
        #expect(error.isConflict == code.hasPrefix("40"))
    }

    @Test(arguments: [
        ("42P01", "another version"), ("42703", "another version"), ("3F000", "another version"),
        ("42883", "another version"), ("42501", "this role may not"), ("53100", "disk is full"), ("23505", nil),
    ])
    func `where a code says what is to be mended, so does the sentence`(code: String, hint: String?) {
        let sentence = "\(PostgresError(.server(SQLState(code)), statement: "s"))"
        #expect((SQLState(code).trouble == nil) == (hint == nil))
        if let hint {
            #expect(sentence.contains("\(code) (") && sentence.contains(hint), "\(sentence)")
        } else {
            #expect(sentence == "s: refused by Postgres with SQLSTATE \(code)")
        }
    }

    @Test func `reasons that may pass, and those that do not`() {
        let transient: [PostgresError.Reason] = [.connectionLost, .deadlinePassed, .poolExhausted, .commitInDoubt]
        let lasting: [PostgresError.Reason] = [
            .cancelled, .closed, .misused, .unexpectedResult, .badConfiguration,
        ]
        #expect(transient.allSatisfy { PostgresError($0, statement: "s").isTransient })
        #expect(!lasting.contains { PostgresError($0, statement: "s").isTransient })
    }
}
