import Domain
import PostgresClient

/// The part of a stored receipt that a second copy of it may contradict.
public struct StoredContent: Sendable, Equatable {
    /// The receipt.
    public var key: ReceiptKey
    /// Of its whole content.
    public var contentHash: Int64
    /// What was reported beside the identity.
    public var content: ReceiptContent

    /// Makes one, such as to replace another.
    public init(key: ReceiptKey, contentHash: Int64, content: ReceiptContent) {
        self.key = key
        self.contentHash = contentHash
        self.content = content
    }
}

/// Reads and locks the contents of receipts whose key came again with another content.
///
/// Locks: those rows, in ascending order of key, until the end of the transaction.
public struct LockReceiptContents: Statement {
    public static let sql = """
        SELECT r.id, r.content_hash, r.price::text, r.size, r.rate::text, r.currency, r.result, r.submitted_time, r.ext
        FROM outbox.receipt AS r
        JOIN unnest($1::uuid[], $2::bigint[]) AS given (id, content_hash)
          ON given.id = r.id AND given.content_hash <> r.content_hash
        ORDER BY r.id
        FOR NO KEY UPDATE OF r
        """
    let contents: [(key: ReceiptKey, contentHash: Int64)]

    /// Looks these up; those with the same hash are duplicates and left alone.
    public init(_ contents: [(key: ReceiptKey, contentHash: Int64)]) { self.contents = contents }

    public func bind(_ parameters: inout Parameters) {
        var ids = ArrayParameter(.uuid)
        var hashes = ArrayParameter(.int8)
        for content in contents {
            ids.append(uuid: content.key.rawValue)
            hashes.append(content.contentHash)
        }
        parameters.append(ids)
        parameters.append(hashes)
    }

    public func decode(_ rows: Rows) throws(PostgresError) -> [StoredContent] {
        try rows.map { row throws(PostgresError) in
            StoredContent(
                key: ReceiptKey(rawValue: try row.uuid(0)), contentHash: try row.int64(1),
                content: ReceiptContent(
                    price: try row.optionalText(2).flatMap { Amount($0) }, size: try row.optionalInt32(3),
                    rate: try row.optionalText(4).flatMap { Amount($0) }, currency: try row.optionalText(5),
                    result: try row.text(6), submittedTime: try row.text(7), ext: try row.text(8)))
        }
    }
}

/// Replaces the contents of receipts by the greater ones that arrived later. The rows are locked already.
public struct UpdateReceiptContents: Statement {
    public static let sql = """
        UPDATE outbox.receipt AS r
        SET content_hash = given.content_hash, price = given.price, size = given.size, rate = given.rate,
            currency = given.currency, result = given.result, submitted_time = given.submitted_time, ext = given.ext
        FROM unnest($1::uuid[], $2::bigint[], $3::numeric[], $4::integer[], $5::numeric[], $6::text[], $7::text[],
                    $8::text[], $9::text[])
            AS given (id, content_hash, price, size, rate, currency, result, submitted_time, ext)
        WHERE r.id = given.id
        """
    let contents: [StoredContent]

    /// Writes these.
    public init(_ contents: [StoredContent]) { self.contents = contents }

    public func bind(_ parameters: inout Parameters) {
        var id = ArrayParameter(.uuid)
        var hash = ArrayParameter(.int8)
        var price = ArrayParameter(.numeric)
        var size = ArrayParameter(.int4)
        var rate = ArrayParameter(.numeric)
        var currency = ArrayParameter(.text)
        var result = ArrayParameter(.text)
        var submittedTime = ArrayParameter(.text)
        var ext = ArrayParameter(.text)
        for one in contents {
            id.append(uuid: one.key.rawValue)
            hash.append(one.contentHash)
            price.append(optional: one.content.price) { $0.append(Numeric($1)) }
            size.append(optional: one.content.size) { $0.append($1) }
            rate.append(optional: one.content.rate) { $0.append(Numeric($1)) }
            currency.append(optional: one.content.currency) { $0.append($1) }
            result.append(one.content.result)
            submittedTime.append(one.content.submittedTime)
            ext.append(one.content.ext)
        }
        for array in [id, hash, price, size, rate, currency, result, submittedTime, ext] { parameters.append(array) }
    }

    public func decode(_ rows: Rows) throws(PostgresError) {}
}
