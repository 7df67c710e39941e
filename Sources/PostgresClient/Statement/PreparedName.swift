/// The name of a prepared statement, different for different text: two versions of a program may share a server
/// connection behind a pooler, and must never run each other's text.
enum PreparedName {
    /// The name with a 64-bit FNV-1a hash of the text and, where it is not the first, of the generation.
    ///
    /// - Parameter generation: rises when all are prepared anew, because not every pooler lets a client drop the old
    ///   ones by name.
    static func of(_ name: String, sql: String, generation: Int = 0) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in sql.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        if generation > 0 { for byte in "\(generation)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 } }
        return "\(name)_\(String(hash, radix: 16))"
    }
}
