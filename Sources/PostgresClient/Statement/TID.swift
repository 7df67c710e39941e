/// Where a version of a row lies in its table: Postgres's tid, the type of `ctid`. 6 bytes on the wire.
///
/// Valid only within the transaction that has the row locked: an update or VACUUM gives the place to another row. It
/// finds a row without a look into an index.
public struct TID: Sendable, Equatable {
    /// The page, from 0.
    public let block: UInt32
    /// The item on the page, from 1.
    public let offset: UInt16

    /// One as Postgres gave it.
    public init(block: UInt32, offset: UInt16) {
        self.block = block
        self.offset = offset
    }
}
