import Domain
import Testing

/// The vectors of providers.md, section 4, by their numbers, and what lies between them.
struct MessagePartsTests {
    @Test(
        arguments: [
            (1, digits(160), .gsm7, [160]), (2, digits(161), .gsm7, [153, 8]), (3, digits(307), .gsm7, [153, 153, 1]),
            (5, many("]", 80), .gsm7, [160]), (5, many("€", 81), .gsm7, [152, 10]),
            (6, many("]", 153), .gsm7, [152, 152, 2]),
            (7, many("a", 152) + "€" + many("a", 152), .gsm7, [152, 153, 1]),
            (8, many("a", 151) + "€" + many("a", 153), .gsm7, [153, 153]),
            (9, "😜" + digits(68), .ucs2, [70]), (9, "😜" + digits(69), .ucs2, [67, 4]),
            (10, "😜" + digits(133), .ucs2, [67, 67, 1]),
            (11, "🇮🇹" + digits(66), .ucs2, [70]), (11, "🇮🇹" + digits(67), .ucs2, [67, 4]),
            (12, "🏳️‍🌈" + digits(64), .ucs2, [70]), (12, "🏳️‍🌈" + digits(65), .ucs2, [67, 4]),
            (13, "😀" + many("]", 68), .ucs2, [70]), (13, "😀" + many("]", 69), .ucs2, [67, 4]),
            (14, many("ç", 70), .ucs2, [70]), (14, many("ç", 71), .ucs2, [67, 4]), (14, many("Ç", 160), .gsm7, [160]),
            (15, many("中", 66) + "😀" + many("中", 66), .ucs2, [66, 67, 1]),
            (16, many("中", 65) + "😀" + many("中", 67), .ucs2, [67, 67]),
            (17, many("😀", 36), .ucs2, [66, 6]), (17, many("😀", 66), .ucs2, [66, 66]),
            (17, many("😀", 67), .ucs2, [66, 66, 2]),
            (18, "\rabcde\r\n123", .gsm7, [11]), (19, "", .gsm7, [0]),
        ] as [(Int, String, MessageEncoding, [Int])])
    func `the vectors of the reference`(number: Int, text: String, encoding: MessageEncoding, units: [Int]) {
        let parts = messageParts(text)
        #expect(parts.encoding == encoding, "vector \(number)")
        #expect(parts.count == units.count, "vector \(number)")
        #expect(PartsOracle(text).units == units, "vector \(number)")
    }

    @Test(arguments: Array("|^€{}[]~\\\u{0C}".unicodeScalars).map(String.init))
    func `vector 4: one of the extension table takes two septets`(character: String) {
        #expect(messageParts(character + digits(158)) == messageParts(digits(160)))
        #expect(messageParts(character + digits(159)).count == 2)
        #expect(messageParts(character + digits(159)).encoding == .gsm7)
    }

    @Test func `exactly the characters of the alphabet are GSM, each with its width`() {
        #expect(PartsOracle.basic.count == 127)
        for value in (0...0x3_0000) as ClosedRange<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = String(scalar)
            switch PartsOracle.septets(scalar) {
            case nil: #expect(messageParts(text).encoding == .ucs2, "U+\(String(value, radix: 16))")
            case let septets?:
                let most = 160 / septets
                #expect(messageParts(many(text, most)).count == 1, "U+\(String(value, radix: 16))")
                #expect(messageParts(many(text, most + 1)).count == 2, "U+\(String(value, radix: 16))")
                #expect(messageParts(many(text, most + 1)).encoding == .gsm7, "U+\(String(value, radix: 16))")
            }
        }
    }

    @Test(arguments: [
        "`", "\t", "ç", "á", "í", "ó", "ú", "Á", "\u{2019}", "\u{201C}", "\u{A0}", "–", "—", "…", "\u{1B}", "e\u{301}",
        "A\u{30A}", "\0", "中", "😀",
    ])
    func `one character outside the alphabet makes the whole text UCS-2`(character: String) {
        #expect(messageParts(character).encoding == .ucs2)
        #expect(messageParts(digits(100) + character).encoding == .ucs2)
        #expect(messageParts(character + digits(100)).count == 2)
    }

    @Test func `a decomposed text is not taken for its composed twin`() {
        #expect("e\u{301}" == "é", "Swift's own comparison does")
        #expect(messageParts("é").encoding == .gsm7)
        #expect(messageParts("e\u{301}").encoding == .ucs2)
    }

    @Test func `the count is that of parts that fit, keep characters whole, and join to the text`() {
        var random = SplitMix64(seed: 41)
        var counts: Set<Int> = []
        for _ in 0..<2_000 {
            let text = random.text()
            let oracle = PartsOracle(text)
            let parts = messageParts(text)
            #expect(parts.encoding == oracle.encoding)
            #expect(parts.count == oracle.parts.count)
            #expect(oracle.parts.joined().unicodeScalars.elementsEqual(text.unicodeScalars))
            let limit =
                parts.count == 1 ? parts.encoding.unitsMaxAlone : parts.encoding.unitsMaxPerPart
            #expect(oracle.units.allSatisfy { $0 <= limit })
            // No part but the last has room for two more units, so fewer parts are impossible.
            if parts.count > 1 { #expect(oracle.units.dropLast().allSatisfy { $0 >= limit - 1 }) }
            counts.insert(parts.count)
        }
        #expect(counts.isSuperset(of: 1...6), "the generator reaches texts of many parts")
    }

    @Test func `a text of the alphabet is never UCS-2, whatever its length`() {
        var random = SplitMix64(seed: 42)
        let alphabet = PartsOracle.basic + PartsOracle.extended
        for _ in 0..<200 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...700, using: &random) { text.append(random.pick(alphabet)) }
            #expect(messageParts(String(text)).encoding == .gsm7)
        }
    }

    @Test func `a longer text never takes fewer parts, and two texts together no more than apart`() {
        var random = SplitMix64(seed: 43)
        for _ in 0..<1_000 {
            let (front, back) = (random.text(), random.text())
            let (one, other, both) = (messageParts(front), messageParts(back), messageParts(front + back))
            #expect(both.encoding == (one.encoding == .gsm7 ? other.encoding : .ucs2))
            #expect(both.count >= max(one.count, other.count))
            guard one.encoding == other.encoding else { continue }
            // Alone, a part holds more than as one of several.
            #expect(both.count <= one.count + other.count + 1)
            if one.count > 1, other.count > 1 { #expect(both.count <= one.count + other.count) }
        }
    }

    @Test func `names are those of the schema`() {
        #expect(MessageEncoding.allCases.map(\.rawValue) == ["gsm7", "ucs2"])
    }
}

private func digits(_ count: Int) -> String { String("1234567890".cycled(count)) }

private func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

extension String {
    fileprivate func cycled(_ count: Int) -> String {
        String(String(repeating: self, count: count / self.count + 1).prefix(count))
    }
}

extension SplitMix64 {
    /// A text around the bounds of parts, from one of the alphabets or both.
    fileprivate mutating func text() -> String {
        let gsm = Array("aZ0 é€]|\n".unicodeScalars)
        let other = Array("中ç😀\u{1F1EE}\u{301}`".unicodeScalars)
        let alphabet = pick([gsm, Array(gsm.prefix(4)), gsm + other, other, ["😀", "中"], ["€", "a"]])
        let around = pick([0, 30, 67, 70, 134, 153, 160, 201, 306, 459, 700])
        var text = String.UnicodeScalarView()
        for _ in 0..<max(0, around + Int.random(in: -4...4, using: &self)) { text.append(pick(alphabet)) }
        return String(text)
    }
}
