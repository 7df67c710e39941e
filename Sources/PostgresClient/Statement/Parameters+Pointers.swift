import CLibpq

extension Parameters {
    /// The values as libpq takes them: number, types, addresses, lengths, formats. Valid within the body.
    func withPointers<Result>(
        _ body: (Int32, [Oid], [UnsafePointer<CChar>?], [Int32], [Int32]) -> Result
    ) -> Result {
        let oids = slots.map { Oid($0.oid) }
        let lengths = slots.map { max($0.length, 0) }
        let formats = [Int32](repeating: 1, count: slots.count)
        return bytes.withUnsafeBufferPointer { bytes in
            // An empty value still needs an address, or libpq sends NULL.
            var fallback: UInt8 = 0
            return withUnsafePointer(to: &fallback) { empty in
                let start = bytes.baseAddress ?? empty
                let values: [UnsafePointer<CChar>?] = slots.map { slot in
                    slot.length < 0 ? nil : UnsafeRawPointer(start + slot.offset).assumingMemoryBound(to: CChar.self)
                }
                return body(Int32(slots.count), oids, values, lengths, formats)
            }
        }
    }
}
