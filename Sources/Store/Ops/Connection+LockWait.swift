import PostgresClient

extension Connection {
    /// Runs the body between BEGIN and COMMIT; no statement in it waits longer than `lockWait` for a lock.
    ///
    /// - Parameter lockWait: counted in whole milliseconds; nil leaves the bound of the role.
    /// - Throws: as the transaction without a bound.
    package func transaction<Value>(
        deadline: Deadline, lockWait: Duration?, _ body: (Connection) throws -> Value
    ) throws -> Value {
        try transaction(deadline: deadline) { connection in
            if let lockWait { try connection.run(LimitLockWait(lockWait), deadline: deadline) }
            return try body(connection)
        }
    }
}
