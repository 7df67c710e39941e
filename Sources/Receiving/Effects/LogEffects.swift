import Domain
import PostgresClient
import Store

/// Events that are stored once by key, the first content standing: Onoff's log, parked events, inbound SMS.
enum LogEffects {
    static func apply(
        _ records: [LogRecord<SMSLogEvent>], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> [EventEffect] {
        try store(
            records, key: { LogKey(account: $0.account, eventID: $0.event.eventID) }, hash: \.event.contentHash
        ) { records throws(PostgresError) in
            try connection.run(InsertLogEntries(records), deadline: deadline)
        } conflicts: { contents throws(PostgresError) in
            try connection.run(FindLogEntryConflicts(contents), deadline: deadline)
        }
    }

    static func apply(
        _ records: [LogRecord<OtherEvent>], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> [EventEffect] {
        try store(
            records,
            key: { LogKey(account: $0.account, eventName: $0.event.eventName, eventID: $0.event.eventID) },
            hash: \.event.contentHash
        ) { records throws(PostgresError) in
            try connection.run(InsertOtherEvents(records), deadline: deadline)
        } conflicts: { contents throws(PostgresError) in
            try connection.run(FindOtherEventConflicts(contents), deadline: deadline)
        }
    }

    static func apply(
        _ records: [LogRecord<InboundMessage>], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> [EventEffect] {
        try store(records, key: { $0.event.key }, hash: \.event.contentHash) { records throws(PostgresError) in
            try connection.run(InsertInbound(records), deadline: deadline)
        } conflicts: { contents throws(PostgresError) in
            try connection.run(FindInboundConflicts(contents), deadline: deadline)
        }
    }

    /// Inserts the first record of each key, in ascending order of key, and tells what became of each record.
    private static func store<Event, Key: Hashable & Comparable>(
        _ records: [LogRecord<Event>], key: (LogRecord<Event>) -> Key, hash: (LogRecord<Event>) -> Int64,
        insert: ([LogRecord<Event>]) throws(PostgresError) -> Set<Key>,
        conflicts: ([(key: Key, contentHash: Int64)]) throws(PostgresError) -> Set<Key>
    ) throws(PostgresError) -> [EventEffect] {
        guard !records.isEmpty else { return [] }
        var effects = [EventEffect](repeating: .new, count: records.count)
        let keys = records.map(key)
        var firsts: [Int] = []
        for index in records.indices.sorted(by: { (keys[$0], $0) < (keys[$1], $1) }) {
            guard let first = firsts.last, keys[first] == keys[index] else {
                firsts.append(index)
                continue
            }
            effects[index] = hash(records[first]) == hash(records[index]) ? .duplicate : .conflict
        }
        let inserted = try insert(firsts.map { records[$0] })
        let known = firsts.filter { !inserted.contains(keys[$0]) }
        guard !known.isEmpty else { return effects }
        let conflicting = try conflicts(known.map { (keys[$0], hash(records[$0])) })
        for index in known { effects[index] = conflicting.contains(keys[index]) ? .conflict : .duplicate }
        return effects
    }
}
