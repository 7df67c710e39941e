import CLibpq

extension Connection {
    /// Sends a statement by the way it asks for.
    func perform<S: Statement>(
        _ type: S.Type, _ parameters: Parameters, _ step: Step, deadline: Deadline
    ) throws(PostgresError) -> Rows {
        if S.isPrepared, preparations.arePossible {
            do throws(PostgresError) {
                return try performPrepared(type, parameters, step, deadline: deadline)
            } catch {
                guard preparations.heedLoss(error) else { throw error }
                // If a transaction failed with it, it is run anew; otherwise nothing has been done yet.
                if isInTransaction { throw error }
            }
        }
        return try perform(S.name, step, deadline: deadline) { connection in
            parameters.withPointers { count, oids, values, lengths, formats in
                PQsendQueryParams(connection, S.sql, count, oids, values, lengths, formats, 1)
            }
        }
    }

    private func performPrepared<S: Statement>(
        _ type: S.Type, _ parameters: Parameters, _ step: Step, deadline: Deadline
    ) throws(PostgresError) -> Rows {
        let name = try prepared(type, parameters, deadline: deadline)
        return try perform(S.name, step, deadline: deadline) { connection in
            parameters.withPointers { count, _, values, lengths, formats in
                PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1)
            }
        }
    }

    /// The name by which the server knows a statement, for one use; prepares it when that is due.
    func prepared<S: Statement>(
        _ type: S.Type, _ parameters: Parameters, deadline: Deadline
    ) throws(PostgresError) -> String {
        let key = ObjectIdentifier(type)
        var use =
            preparations.uses[key]
            ?? PreparedUse(name: PreparedName.of(S.name, sql: S.sql, generation: preparations.losses))
        if let name = use.nextToPrepare {
            _ = try perform(S.name, .plain, deadline: deadline) { connection in
                parameters.withPointers { count, oids, _, _, _ in PQsendPrepare(connection, name, S.sql, count, oids) }
            }
            use.isPrepared(as: name)
        }
        use.count += 1
        preparations.uses[key] = use
        return use.name
    }
}
