import PostgresClient
import Testing

@testable import Operations

struct MigrateFailureTests {
    private static func server(_ message: String, effect: PostgresError.Effect = .none) -> PostgresError {
        PostgresError(
            .server(SQLState("23505")), effect: effect, statement: "0002_two.sql", serverMessage: message)
    }

    @Test func `what a row held is not told`() {
        let message =
            "ERROR:  duplicate key\nDETAIL:  Key (phone)=(+491511234567) already exists.\nLINE 7: INSERT INTO x\n"
        let failure = MigrateFailure.database(Self.server(message), path: "0002_two.sql")
        #expect(
            failure.description
                == "0002_two.sql, line 7: Postgres refused it: duplicate key (SQLSTATE 23505). The file was rolled back."
        )
    }

    @Test func `a commit whose answer was lost is not called rolled back`() {
        let lost = PostgresError(
            .connectionLost, effect: .unknown, statement: "COMMIT",
            serverMessage: "server closed the connection\n\tmore")
        let text = MigrateFailure.database(lost, path: "0002_two.sql").description
        #expect(text.hasPrefix("0002_two.sql: Postgres cannot be reached: server closed the connection. "))
        #expect(text.hasSuffix("Whether the file was applied is not known: migrate again, which finds out."))
    }

    @Test(arguments: [
        "invalid integer value \"Pw5ecret\" for connection option \"port\"", "invalid sslmode value: \"Pw5ecret\"",
        "definition of service \"Pw5ecret\" not found",
    ])
    func `what libpq quotes of the connection string is not told`(message: String) {
        let failure = PostgresError(.connectionLost, statement: "connect", serverMessage: message + "\n")
        #expect(
            failure.operatorSentence
                == "Postgres cannot be reached: DATABASE_URL cannot be used as it stands (one of its parameters has a wrong "
                + "value, or a / or an @ in its password is not percent-encoded). Check DATABASE_URL, and that the server "
                + "runs.")
        let refused = PostgresError(
            .connectionLost, statement: "connect",
            serverMessage: "connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n\tmore\n")
        #expect(
            refused.operatorSentence.contains(
                ": connection to server at \"127.0.0.1\", port 1 failed: Connection refused."))
    }

    @Test func `who was answered by the server is not told to see whether it runs`() {
        let full = PostgresError(
            .connectionLost, statement: "connect",
            serverMessage: "connection to server on socket \"/run/s\" failed: FATAL:  could not write init file\n")
        #expect(
            full.operatorSentence
                == "Postgres does not let us in: connection to server on socket \"/run/s\" failed: FATAL:  could not write "
                + "init file. Check DATABASE_URL; the server's own log may say more.")
    }

    @Test func `outside a file nothing is said of one`() {
        let failure = MigrateFailure.database(Self.server("ERROR:  permission denied for schema ops"), path: nil)
        #expect(failure.description == "Postgres refused it: permission denied for schema ops (SQLSTATE 23505).")
    }
}
