import Domain
import Testing

@Suite struct OptOutWordsTests {
    private let words: OptOutWords

    init() throws {
        words = try OptOutWords(
            stop: [
                "STOP", "stopall", "OPT-OUT", "TD", "ARRET", "Désabonner", "退订", "إيقاف", "СТОП", "수신거부", "बंद", "ยกเลิก",
            ],
            start: ["START", "Un Stop", "ابدأ", "订阅"])
    }

    @Test(arguments: [
        ("STOP", "stop"), ("stop", "stop"), ("Stop.", "stop"), ("  sToP\r\n", "stop"), ("\"STOP\"!!!", "stop"),
        ("S.T.O.P", "stop"), ("s t o p", "stop"), ("ＳＴＯＰ", "stop"), ("ｓｔｏｐ！", "stop"), ("stop\u{3000}", "stop"),
        ("\u{202A}STOP\u{202C}", "stop"), ("\u{FEFF}STOP", "stop"), ("STOP\u{0}", "stop"), ("STOP 🙏🏽", "stop"),
        ("Stop All", "stopall"), ("opt out", "optout"), ("OptOut", "optout"), ("td", "td"), ("T.D.", "td"),
        ("Arrêt", "arret"), ("ARRÊT", "arret"), ("arre\u{302}t", "arret"), ("desabonner", "desabonner"),
        ("退订", "退订"), ("【退订】", "退订"), ("إيقاف", "إيقاف"), ("стоп", "стоп"), ("ยกเลิก!", "ยกเลิก"), ("बंद", "बंद"),
        ("إِيقاف", "إيقاف"), ("Стоп!", "стоп"),
        ("\u{1109}\u{116E}\u{1109}\u{1175}\u{11AB}\u{1100}\u{1165}\u{1107}\u{116E}", "수신거부"),
    ])
    func `a message that is a word to stop and nothing else is one, however it is written`(text: String, word: String) {
        let found = words.wish(of: text)
        #expect(found?.wish == .stop && found?.word == word)
    }

    @Test(arguments: [
        ("Hủy", "huy"), ("HỦY", "huy"), ("Huỷ", "huy"), ("Hu\u{309}y", "huy"), ("HUY", "huy"), ("Διαγραφή", "διαγραφη"),
        ("ΔΙΑΓΡΑΦΉ", "διαγραφη"), ("ΔΙΑΓΡΑΦΗ", "διαγραφη"), ("διαγραφη\u{301}", "διαγραφη"), ("Στόπ", "στοπ"),
        ("στόπ", "στοπ"),
        ("στο\u{301}π", "στοπ"), ("στ\u{1F79}π", "στοπ"), ("ΣΤΟΠ", "στοπ"), ("ςτοπ", "στοπ"), ("Odhlásiť", "odhlasit"),
        ("Arrêté", "arrete"), ("İptal", "iptal"), ("ıptal", "iptal"),
        ("إيقاف", "إيقاف"), ("ا\u{655}يقاف", "إيقاف"), ("ا\u{650}\u{655}يقاف", "إيقاف"),
    ])
    func `a standard word is one with the accents it is written with`(text: String, word: String) throws {
        let standard = try OptOutWords(stop: OptOutWords.standardStop, start: OptOutWords.standardStart)
        let found = standard.wish(of: text)
        #expect(found?.wish == .stop && found?.word == word)
    }

    /// Letters that Unicode has composed, each with its base and marks: those that equal them, as texts of one canonical
    /// form do.
    private static let composed: [(letter: Unicode.Scalar, base: Unicode.Scalar, marks: [Unicode.Scalar])] = {
        let marks = (0x300...0x345).compactMap(Unicode.Scalar.init(_:) as (UInt32) -> Unicode.Scalar?)
        let second: [Unicode.Scalar] = [
            "\u{300}", "\u{301}", "\u{302}", "\u{303}", "\u{304}", "\u{306}", "\u{307}", "\u{308}", "\u{309}",
            "\u{30C}",
            "\u{313}", "\u{314}", "\u{323}", "\u{342}", "\u{345}",
        ]
        var letters: [Character: [Unicode.Scalar]] = [:]
        for range in [0xC0...0x24F, 0x370...0x45F, 0x1E00...0x1FFF] as [ClosedRange<UInt32>] {
            for scalar in range.compactMap({ Unicode.Scalar($0) }) where scalar.properties.isAlphabetic {
                letters[Character(scalar), default: []].append(scalar)
            }
        }
        var found: [(letter: Unicode.Scalar, base: Unicode.Scalar, marks: [Unicode.Scalar])] = []
        for base in "abcdefghijklmnopqrstuvwxyzαβγδεζηθικλμνξοπρστυφχψωабвгдежзийклмнопрстуфхцчшщъыьэюяі".unicodeScalars
        {
            for one in marks {
                var text = String.UnicodeScalarView([base, one])
                for letter in letters[Character(String(text))] ?? [] { found.append((letter, base, [one])) }
                for two in second {
                    text = String.UnicodeScalarView([base, one, two])
                    guard String(text).count == 1 else { continue }
                    for letter in letters[Character(String(text))] ?? [] { found.append((letter, base, [one, two])) }
                }
            }
        }
        return found
    }()

    @Test func `every letter with accents, composed or not, is the letter without`() throws {
        func folded(_ text: String) throws -> [String] { try OptOutWords(stop: [text], start: []).words(to: .stop) }
        for (letter, base, marks) in Self.composed {
            let plain = try folded(String(base))
            #expect(try folded(String(letter)) == plain, "U+\(String(letter.value, radix: 16))")
            #expect(try folded(String(String.UnicodeScalarView([base] + marks))) == plain)
        }
        #expect(Self.composed.count > 400)
    }

    @Test func `every standard word is one with an accent on any of its letters, composed or not`() throws {
        let words = try OptOutWords(stop: OptOutWords.standardStop, start: OptOutWords.standardStart)
        var accents: [Unicode.Scalar: [(letter: Unicode.Scalar, marks: [Unicode.Scalar])]] = [:]
        for (letter, base, marks) in Self.composed { accents[base, default: []].append((letter, marks)) }
        for word in OptOutWords.standardStop + OptOutWords.standardStart {
            let plain = try #require(words.wish(of: word))
            let scalars = Array(word.lowercased().unicodeScalars)
            for place in scalars.indices {
                for (letter, marks) in accents[scalars[place]] ?? [] {
                    for accented in [[letter], [scalars[place]] + marks] {
                        let text = String(
                            String.UnicodeScalarView(scalars[..<place] + accented + scalars[(place + 1)...]))
                        let wish = words.wish(of: text)
                        #expect(wish?.word == plain.word && wish?.wish == plain.wish, "\(text)")
                    }
                }
            }
        }
    }

    @Test(arguments: ["START", "start ", "«Start»", "UNSTOP", "un-stop", "Ｕｎｓｔｏｐ", "ابدأ", "订阅。"])
    func `likewise a word to start`(text: String) {
        #expect(words.wish(of: text)?.wish == .start)
    }

    @Test(arguments: [
        "", " ", "...", "🛑", "please stop", "STOP PLEASE", "STOP 2", "STOP1", "stops", "nonstop", "STOPSTART", "STO",
        "no",
        "restart", "stop\nstart", "\u{0421}TOP", "ST0P", "停", "إيق", "ยกเลก", "Stop calling me", "бстоп", "\u{0}",
        String(repeating: "STOP ", count: 100), String(repeating: " ", count: 100_000) + "STOP",
    ])
    func `anything more, less or else is a conversation`(text: String) {
        #expect(words.wish(of: text) == nil)
    }

    @Test func `words that no message can be, or that mean both, are refused`() throws {
        #expect(throws: OptOutWords.Problem.noWord("…")) { _ = try OptOutWords(stop: ["STOP", "…"], start: []) }
        let long = String(repeating: "a", count: OptOutWords.wordScalarsMax)
        #expect(try OptOutWords(stop: [long], start: []).wish(of: long + "!")?.wish == .stop)
        #expect(throws: OptOutWords.Problem.noWord(long + "a")) { _ = try OptOutWords(stop: [], start: [long + "a"]) }
        #expect(throws: OptOutWords.Problem.ambiguous("ｓtop")) { _ = try OptOutWords(stop: ["STOP"], start: ["ｓtop"]) }
        #expect(try OptOutWords(stop: [], start: []).wish(of: "STOP") == nil)
        #expect(OptOutWords.none.wish(of: "START") == nil)
    }

    @Test func `no text traps, and what is dropped around a word makes no difference to it`() {
        var random = SplitMix64(seed: 12)
        let noise = [
            " ", "\t", "\r\n", ".", "!", "\u{301}", "\u{200D}", "\u{202E}", "👍", "\"", "。", "\u{0}", "-", "\u{FE0F}",
        ]
        var found = 0
        for round in 0..<20_000 {
            var scalars = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                let bound: UInt32 = random.pick([0x80, 0x250, 0x3000, 0x1_0000, 0x11_0000])
                if let scalar = Unicode.Scalar(UInt32.random(in: 0..<bound, using: &random)) { scalars.append(scalar) }
            }
            let text = String(scalars)
            let wish = words.wish(of: text)
            let around = random.pick(noise) + text + random.pick(noise)
            #expect(words.wish(of: around)?.word == wish?.word, "\(text.debugDescription)")
            if wish != nil { found += 1 }
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = words.wish(of: String(decoding: bytes, as: UTF8.self))
            let spaced = "stopall".map { random.pick(noise) + (random.once(in: 2) ? $0.uppercased() : String($0)) }
            #expect(words.wish(of: spaced.joined())?.word == "stopall", "\(round)")
        }
        #expect(found < 20)
    }
}
