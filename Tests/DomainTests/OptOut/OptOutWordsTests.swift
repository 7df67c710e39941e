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
