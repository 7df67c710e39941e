import Domain
import PostgresClient

/// A batch of raw webhooks on its way into the database: arrays for `unnest`.
///
/// What calls of one kind have in common (all but id, time, query and body) is sent once for all of them: that is most
/// of the columns, and saves Postgres an eighth of its time for a batch (measured at 100 webhooks).
package struct WebhookBatch: Sendable {
    /// What many webhooks of a batch have in common.
    private struct Origin: Equatable {
        var source: WebhookSource
        var account: String
        var method: String
        var path: [UInt8]
        var contentType: [UInt8]?
        var headers: [UInt8]
        var remoteAddress: String
    }
    /// Webhooks of one source and day.
    ///
    /// Not in a ``TallyBatch``, which hashes two strings for each webhook: this runs on the writer's only thread, where
    /// every microsecond counts.
    private struct Accepted {
        var source: WebhookSource
        var day: CivilDate
        var count: Int64
    }
    /// Origins that a new webhook is compared with at most; one that is not found among them is sent again.
    private static let originsCompared = 8

    /// Number of webhooks.
    package private(set) var count = 0
    private var origins: [Origin] = []
    private var accepted: [Accepted] = []
    private var id = ArrayParameter(.uuid)
    private var receivedAt = ArrayParameter(.timestamptz)
    private var query = ArrayParameter(.bytea)
    private var body = ArrayParameter(.bytea)
    private var origin = ArrayParameter(.int4)

    /// An empty batch.
    package init() {}

    /// Empties the batch and keeps its memory: under load the next one is as large.
    package mutating func removeAll() {
        count = 0
        origins.removeAll(keepingCapacity: true)
        accepted.removeAll(keepingCapacity: true)
        id.removeAll()
        receivedAt.removeAll()
        query.removeAll()
        body.removeAll()
        origin.removeAll()
    }

    /// Adds one webhook. Text must hold no NUL; what came over the wire is bytea and may hold anything.
    package mutating func append(
        id: WebhookID, receivedAt: Timestamp, source: WebhookSource, account: String, method: String, path: [UInt8],
        query: [UInt8], contentType: [UInt8]?, headers: [UInt8], body: some Collection<UInt8>, remoteAddress: String
    ) {
        let own = Origin(
            source: source, account: account, method: method, path: path, contentType: contentType, headers: headers,
            remoteAddress: remoteAddress)
        self.id.append(uuid: id.rawValue)
        self.receivedAt.append(microseconds: receivedAt.microseconds)
        self.query.append(bytes: query)
        self.body.append(bytes: body)
        self.origin.append(place(of: own))
        countAccepted(source, id.day)
        count += 1
    }

    /// Its place among the origins, from 1 as Postgres counts.
    private mutating func place(of own: Origin) -> Int32 {
        if let index = origins.suffix(Self.originsCompared).lastIndex(of: own) { return Int32(index + 1) }
        origins.append(own)
        return Int32(origins.count)
    }

    private mutating func countAccepted(_ source: WebhookSource, _ day: CivilDate) {
        if let index = accepted.lastIndex(where: { $0.day == day && $0.source == source }) {
            accepted[index].count += 1
        } else {
            accepted.append(Accepted(source: source, day: day, count: 1))
        }
    }

    /// What ``rows`` are made of: `$1` to `$12`.
    func bind(_ parameters: inout Parameters) {
        for column in [id, receivedAt, query, body, origin] { parameters.append(column) }
        var columns = [ArrayParameter](repeating: ArrayParameter(.text), count: 7)
        for index in 3...5 { columns[index] = ArrayParameter(.bytea) }
        for origin in origins {
            columns[0].append(origin.source.rawValue)
            columns[1].append(origin.account)
            columns[2].append(origin.method)
            columns[3].append(bytes: origin.path)
            columns[4].append(optional: origin.contentType) { $0.append(bytes: $1) }
            columns[5].append(bytes: origin.headers)
            columns[6].append(origin.remoteAddress)
        }
        for column in columns { parameters.append(column) }
    }

    /// How many of each source and intake day there are, whatever of them is stored already: `$13` to `$15`, after
    /// ``bind(_:)``.
    func bindAccepted(_ parameters: inout Parameters) {
        var source = ArrayParameter(.text)
        var day = ArrayParameter(.date)
        var count = ArrayParameter(.int8)
        for one in accepted {
            source.append(one.source.rawValue)
            day.append(days: one.day.daysSinceEpoch)
            count.append(one.count)
        }
        for column in [source, day, count] { parameters.append(column) }
    }
}

extension WebhookBatch {
    /// The rows of a bound batch: the columns of `inbox.webhook` that ``columns`` names, in that order.
    static let rows = """
        SELECT given.id, given.received_at, origin.source, origin.account, origin.method, origin.path, given.query,
                   origin.content_type, origin.headers, given.body, origin.remote_address
            FROM (
                -- In the list and not in FROM, where Postgres writes each array into a store of its own first.
                SELECT unnest($1::uuid[]) AS id, unnest($2::timestamptz[]) AS received_at,
                       unnest($3::bytea[]) AS query, unnest($4::bytea[]) AS body, unnest($5::integer[]) AS origin
            ) AS given
            JOIN unnest($6::text[], $7::text[], $8::text[], $9::bytea[], $10::bytea[], $11::bytea[], $12::text[])
                WITH ORDINALITY
                AS origin (source, account, method, path, content_type, headers, remote_address, place)
              ON origin.place = given.origin
        """
    /// The columns of ``rows``.
    static let columns =
        "id, received_at, source, account, method, path, query, content_type, headers, body, remote_address"
}
