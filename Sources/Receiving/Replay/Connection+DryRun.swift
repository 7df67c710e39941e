import PostgresClient
import Store

extension Connection {
    /// Runs the body between BEGIN and COMMIT; a dry run does all of it, too, and rolls it back.
    func transaction<Value: Sendable>(
        deadline: Deadline, lockWait: Duration? = nil, isDryRun: Bool, _ body: (Connection) throws -> Value
    ) throws -> Value {
        do {
            return try transaction(deadline: deadline, lockWait: lockWait) { connection in
                let value = try body(connection)
                if isDryRun { throw DryRun(value: value) }
                return value
            }
        } catch let dryRun as DryRun<Value> {
            return dryRun.value
        }
    }
}

/// Ends a dry run, and brings out what it came to.
private struct DryRun<Value: Sendable>: Error {
    let value: Value
}
