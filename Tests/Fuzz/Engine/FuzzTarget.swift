/// One parser, or a few that read the same bytes, and the laws that hold for it.
struct FuzzTarget: Sendable {
    /// Its name, and that of its folder in the corpus.
    let name: String
    /// Pieces of its format, for inserting.
    let words: [String]
    /// Reads the bytes, notes what came of them, and requires the laws.
    let run: @Sendable ([UInt8], inout Trace) -> Void

    init(_ name: String, words: [String], run: @escaping @Sendable ([UInt8], inout Trace) -> Void) {
        self.name = name
        self.words = words
        self.run = run
    }
}

/// What an execution did: inputs whose traces are new are mutated further.
struct Trace {
    /// A hash of everything noted.
    private(set) var feature: UInt64 = 0xCBF2_9CE4_8422_2325
    /// The first law that was broken.
    private(set) var brokenLaw: String?

    /// Notes an outcome.
    mutating func note(_ word: String) {
        for byte in word.utf8 { note(UInt64(byte)) }
        note(0x100)
    }

    /// Notes a size by its magnitude.
    mutating func note(size: Int) { note(UInt64(64 - size.leadingZeroBitCount) + 0x200) }

    /// Notes a yes or no.
    mutating func note(_ bool: Bool) { note(bool ? 0x301 as UInt64 : 0x300) }

    private mutating func note(_ number: UInt64) { feature = (feature ^ number) &* 0x100_0000_01B3 }

    /// Requires a law of the bytes under way.
    mutating func require(_ holds: Bool, _ law: String) {
        if !holds, brokenLaw == nil { brokenLaw = law }
    }
}
