import PostgresClient
import TestSupport
import Testing

private struct Stop: Error, Equatable {}

@Suite struct `A transaction is all or nothing` {
    @Test func `what it did is there after it`() async throws {
        try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            let value = try connection.transaction(deadline: .far) { inner in
                _ = try inner.run(Insert(1), deadline: .far)
                _ = try inner.run(Insert(2), deadline: .far)
                #expect(inner.isInTransaction)
                return try inner.run(SumOfT(), deadline: .far)
            }
            #expect(value == 3)
            #expect(!connection.isInTransaction)
            #expect(try connection.run(SumOfT(), deadline: .far) == 3)
        }
    }

    @Test func `each of its statements sees what is committed by then, whatever the database's default`() async throws {
        try await withConnection { connection in
            try connection.script(
                """
                CREATE TABLE t (a integer CHECK (pg_catalog.current_setting('transaction_isolation') = 'read committed'));
                SET default_transaction_isolation = 'repeatable read'
                """)
            try connection.transaction(deadline: .far) { inner in _ = try inner.run(Insert(1), deadline: .far) }
            _ = try connection.transaction(deadline: .far, first: Insert(10)) {
                _, _ -> (Void, last: Insert?) in ((), last: Insert(100))
            }
            #expect(try connection.run(SumOfT(), deadline: .far) == 111)
        }
    }

    @Test func `a body that throws leaves nothing, and its own error`() async throws {
        try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            #expect(throws: Stop()) {
                try connection.transaction(deadline: .far) { inner in
                    _ = try inner.run(Insert(1), deadline: .far)
                    throw Stop()
                }
            }
            #expect(connection.isUsable)
            #expect(!connection.isInTransaction)
            #expect(try connection.run(SumOfT(), deadline: .far) == 0)
        }
    }

    @Test func `a transaction within one is refused, and undoes the outer one where it is not caught`() async throws {
        try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            let error = try failure {
                try connection.transaction(deadline: .far) { outer in
                    _ = try outer.run(Insert(1), deadline: .far)
                    try outer.transaction(deadline: .far) { inner in _ = try inner.run(Insert(2), deadline: .far) }
                }
            }
            #expect(error?.reason == .misused)
            #expect(error?.statement == "BEGIN")
            #expect(error?.effect == PostgresError.Effect.none)
            #expect(try connection.run(SumOfT(), deadline: .far) == 0)
        }
    }

    @Test func `also where the outer one was begun by hand`() async throws {
        try await withConnection { connection in
            try connection.script("BEGIN")
            #expect(try failure { try connection.transaction(deadline: .far) { _ in } }?.reason == .misused)
            #expect(connection.isInTransaction)
            try connection.script("ROLLBACK")
            #expect(!connection.isInTransaction)
        }
    }

    @Test func `a failed transaction that is committed all the same is an error`() async throws {
        try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            let error = try failure {
                try connection.transaction(deadline: .far) { inner in
                    _ = try inner.run(Insert(1), deadline: .far)
                    _ = try failure { try inner.run(BrokenSQL(), deadline: .far) }
                }
            }
            #expect(error?.reason == .unexpectedResult)
            #expect(error?.effect == PostgresError.Effect.none)
            #expect(connection.isUsable && !connection.isInTransaction)
            #expect(try connection.run(SumOfT(), deadline: .far) == 0)
        }
    }

    @Test func `what only the commit finds out rolls back without effect`() async throws {
        try await withConnection { connection in
            try connection.script(
                "CREATE TABLE t (a integer CONSTRAINT t_a_key UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            let error = try failure {
                try connection.transaction(deadline: .far) { inner in
                    _ = try inner.run(Insert(1), deadline: .far)
                    _ = try inner.run(Insert(1), deadline: .far)
                }
            }
            #expect(error?.sqlState == .uniqueViolation)
            #expect(error?.constraint == "t_a_key")
            #expect(error?.effect == PostgresError.Effect.none)
            #expect(try connection.run(SumOfT(), deadline: .far) == 0)
        }
    }

    @Test func `a deadline that passes before the commit leaves no transaction open`() async throws {
        try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            let deadline = Deadline.in(.milliseconds(200))
            let error = try failure {
                try connection.transaction(deadline: deadline) { inner in
                    _ = try inner.run(Insert(1), deadline: .far)
                    deadline.blockThread()
                }
            }
            #expect(error?.reason == .deadlinePassed)
            #expect(error?.effect == PostgresError.Effect.none)
            #expect(connection.isUsable)
            #expect(!connection.isInTransaction)
            // What comes next commits by itself, and is not part of the old transaction.
            _ = try connection.run(Insert(2), deadline: .far)
            try connection.script("ROLLBACK")
            #expect(try connection.run(SumOfT(), deadline: .far) == 2)
        }
    }

    @Test func `COPY, which nobody answers here, is an error and no endless loop`() async throws {
        try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            let error = try failure { try connection.script("COPY t FROM STDIN") }
            #expect(error?.reason == .unexpectedResult)
            #expect(!connection.isUsable)
        }
    }
}
