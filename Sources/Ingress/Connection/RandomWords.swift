import Glibc

/// Random numbers from the kernel's generator, fetched 32 at a time: one system call for 16 ids.
struct RandomWords: RandomNumberGenerator {
    private static let wordsPerFetch = 32

    private var words: [UInt64] = []

    /// The next number.
    mutating func next() -> UInt64 {
        if let word = words.popLast() { return word }
        words = Self.fetched()
        return words.popLast() ?? SystemRandomNumberGenerator.word()
    }

    private static func fetched() -> [UInt64] {
        [UInt64](unsafeUninitializedCapacity: wordsPerFetch) { buffer, count in
            // 256 bytes are the most getentropy gives in one call (getentropy(3)).
            let bytes = wordsPerFetch * MemoryLayout<UInt64>.stride
            guard let base = buffer.baseAddress, getentropy(base, bytes) == 0 else {
                count = 0
                return
            }
            count = wordsPerFetch
        }
    }
}

extension SystemRandomNumberGenerator {
    fileprivate static func word() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
