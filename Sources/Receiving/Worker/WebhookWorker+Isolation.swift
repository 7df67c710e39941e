import PostgresClient
import Runtime
import Store

/// What a worker does about one webhook that its batch fails for, and about one that processes die of.
extension WebhookWorker {
    /// One row made the whole batch fail: the others go on, and it is buried or left. See ``BatchIsolation``; for a
    /// batch that is not done in time, ``overdue(_:)``.
    ///
    /// What Postgres refuses for its data is buried, but only where others pass, in the batch or since it was refused
    /// first: where none does, the cause lies elsewhere (a setting, a newer schema), and burying would sweep whole queues
    /// into the dead letters. Until then, and where it fails for another reason, it is left waiting and passed over for a
    /// while. What the search did not come to in ``BatchSearch/timeMax`` is passed over for as long, so that others have
    /// their turn in between. A drain ends the search, too.
    ///
    /// - Returns: how many were settled.
    func isolate(_ seqs: [Int64], cause: PostgresError, on connection: Connection) throws -> Int {
        let end = Deadline.in(BatchSearch.timeMax)
        var tries = 0
        let isolation = BatchIsolation<Int64>(isOver: { end.hasPassed || Task.isCancelled }) { part in
            tries += 1
            return try self.inTransaction(lockWait: BatchSearch.lockWait(try: tries), on: connection) { deadline in
                let claimed = try connection.run(ClaimWebhooksAgain(part), deadline: deadline)
                return try self.run.run(claimed, on: connection, deadline: deadline)
            }
        }
        var findings = BatchIsolation<Int64>.Findings()
        try isolation.search(seqs, cause: cause, into: &findings)
        var left = findings.left
        passedOver.add(findings.unsearched, now: .now, span: BatchSearch.timeMax)
        var settled = findings.passed
        for (seq, cause) in findings.refused {
            guard findings.passed > 0 || passedOver.hasFailed(seq, before: lastProcessed) else {
                left.append(seq)
                continue
            }
            do {
                settled += try inTransaction(on: connection) { deadline in
                    guard let one = try connection.run(ClaimWebhooksAgain([seq]), deadline: deadline).first else {
                        return BatchResult()
                    }
                    return try buryRefused(one, cause: cause, on: connection, deadline: deadline)
                }
            } catch let error as PostgresError where error.isRowsDoing {
                log.error("webhook cannot be buried", metadata: ["error": "\(error)", "seq": "\(seq)"])
                left.append(seq)
            }
        }
        if !left.isEmpty {
            passedOver.add(left, now: .now)
            log.error("webhooks left waiting", metadata: ["error": "\(cause)", "count": "\(left.count)"])
        }
        // Where nothing passes it may be the database: not so fast.
        if settled == 0, !left.isEmpty || !findings.unsearched.isEmpty { throw cause }
        return settled
    }

    /// A webhook during whose parsing a process died is tried while nothing else of the process is parsed, so that no
    /// other can be blamed. After three such deaths, including the first, it is buried unread. A death from another
    /// cause is not held against it, because the trace stands only while it is parsed.
    ///
    /// - Returns: how many were settled: one or none.
    func suspect(on connection: Connection) throws -> Int {
        var claim: ClaimedWebhook?
        do {
            return try inTransaction(on: connection) { deadline in
                claim = try connection.run(
                    ClaimSuspect(above: suspectFloor, sources: run.reader.sources), deadline: deadline)
                suspectFloor = claim?.seq ?? 0
                guard let one = claim else { return BatchResult() }
                guard one.deaths < Self.deathsMax else {
                    return try run.bury(
                        one, reason: "killed-the-process", detail: "\(one.deaths) processes died while parsing it",
                        tries: Int32(one.deaths), on: connection, deadline: deadline)
                }
                return try run.run([one], isSuspect: true, on: connection, deadline: deadline)
            }
        } catch let error as PostgresError where error.sqlState?.blamesData == true {
            guard let seq = claim?.seq else { throw error }
            return try inTransaction(on: connection) { deadline in
                let again = ClaimSuspect(above: seq - 1, sources: run.reader.sources)
                guard let one = try connection.run(again, deadline: deadline), one.seq == seq else {
                    return BatchResult()
                }
                return try buryRefused(one, cause: error, on: connection, deadline: deadline)
            }
        }
    }

    private func buryRefused(
        _ one: ClaimedWebhook, cause: PostgresError, on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> BatchResult {
        log.error("webhook refused by Postgres", metadata: ["error": "\(cause)"])
        return try run.bury(
            one, reason: "refused-by-database", detail: cause.description, tries: Int32(one.deaths) + 1,
            on: connection, deadline: deadline)
    }

    /// - Returns: how many were settled.
    @discardableResult
    private func inTransaction(
        lockWait: Duration? = nil, on connection: Connection, _ body: (Deadline) throws -> BatchResult
    ) throws -> Int {
        let deadline = Deadline.in(timeout)
        let result = try connection.transaction(deadline: deadline, lockWait: lockWait) { _ in try body(deadline) }
        note(result)
        return result.seqs.count
    }
}
