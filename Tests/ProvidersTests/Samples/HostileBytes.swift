/// Makes input that no provider would send, from what they do send.
struct HostileBytes {
    private let samples: [[UInt8]]
    /// Bytes that mean something to one of the parsers, and some that mean nothing to any.
    private let special =
        Array("%&=+{}[]\",:\\u0dDcyeE.-/ 29\0\n\r\t".utf8) + [0x7F, 0x80, 0xA4, 0xC2, 0xED, 0xF4, 0xFF]

    /// The most changes to one sample.
    private let changesMax: Int

    init(samples: [String], changesMax: Int = 6) {
        self.samples = samples.map { Array($0.utf8) }
        self.changesMax = changesMax
    }

    /// One input: in 8 cases of 10 a sample with one to `changesMax` changes, else noise.
    func make(_ random: inout SeededGenerator) -> [UInt8] {
        switch random.below(10) {
        case 0:
            return (0..<random.below(120)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        case 1:
            return (0..<random.below(120)).map { _ in special[random.below(special.count)] }
        default:
            var bytes = samples[random.below(samples.count)]
            for _ in 0...random.below(changesMax) { mutate(&bytes, &random) }
            return bytes
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return bytes.append(special[random.below(special.count)]) }
        let position = random.below(bytes.count)
        switch random.below(8) {
        case 0: bytes[position] ^= 1 << UInt8(random.below(8))
        case 1, 2: bytes[position] = special[random.below(special.count)]
        case 3: bytes.insert(special[random.below(special.count)], at: position)
        case 4: bytes.remove(at: position)
        case 5: bytes.removeSubrange(position..<min(position + 1 + random.below(12), bytes.count))
        case 6: bytes.removeSubrange((random.below(4) == 0 ? position : max(position, bytes.count - 20))...)
        default:
            let other = samples[random.below(samples.count)]
            let start = random.below(other.count)
            bytes.insert(contentsOf: other[start..<min(start + 1 + random.below(40), other.count)], at: position)
        }
    }
}
