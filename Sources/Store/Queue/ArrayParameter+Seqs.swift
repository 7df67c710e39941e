import PostgresClient

extension ArrayParameter {
    /// Sequence numbers as a bigint array.
    init(seqs: some Sequence<Int64>) {
        self.init(.int8)
        for seq in seqs { append(seq) }
    }
}
