/// Where a version of a row lies in its table: Postgres's `ctid`, of type tid.
///
/// It holds as long as the version does: for whoever has locked the row, until the end of the transaction. A row that is
/// found by it costs no look into an index.
public struct RowPlace: Sendable, Equatable {
    /// The page.
    public let block: UInt32
    /// The item on it.
    public let offset: UInt16

    /// A place as Postgres gave it.
    public init(block: UInt32, offset: UInt16) {
        self.block = block
        self.offset = offset
    }
}
