import Domain
import Testing

struct EnteredPhoneNumberTests {
    @Test(arguments: [
        ("+33 6 76 12 34 56", "+33676123456"), ("0033676123456", "+33676123456"),
        ("(+44) 20 7946 0018", "+442079460018"),
        ("+44 (0)20 7946 0018", "+442079460018"), ("＋３３６７６１２３４５６", "+33676123456"),
        ("\u{202A}+33676123456\u{202C}", "+33676123456"), ("+39 (0)6 698 12345", "+390669812345"),
        ("+254712345678", "+254712345678"), ("+1234567", "+1234567"), ("+123456789012345", "+123456789012345"),
    ])
    func `a number with its country code is taken as it is written`(text: String, e164: String) {
        #expect(PhoneNumber(entered: text)?.e164 == e164)
    }

    @Test(arguments: [
        "33676123456", " 33676123456", "(33) 676123456", "1234567890", "0676123456", "011442079460018", "", "+", "00",
        "000 33676123456", "+0 33676123456", "+33676123456;ext=12", "+33676123456,+33676123457", "TUKUPAY", "+12345",
        "+1234567890123456", "33676123456+", "+(0)442079460018", "+254712345678\0",
    ])
    func `anything else is refused, digits alone too`(text: String) {
        #expect(PhoneNumber(entered: text) == nil)
    }

    @Test func `it reads what the lenient form reads, where a prefix is there, and nothing more`() {
        var random = SplitMix64(seed: 44)
        let alphabet = Array("00123456789+()-. x\u{FF0B}\u{202A}".unicodeScalars)
        var taken = 0
        for _ in 0..<20_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 6...16, using: &random) { text.append(random.pick(alphabet)) }
            let written = random.pick(["+", "00", "", " ("]) + String(text)
            let (entered, lenient) = (PhoneNumber(entered: written), PhoneNumber(lenient: written))
            let bare = written.unicodeScalars.drop { !("0"..."9" ~= $0 || $0 == "+" || $0 == "\u{FF0B}") }
            let cleaned = bare.filter { "0"..."9" ~= $0 || $0 == "+" || $0 == "\u{FF0B}" }
            let hasPrefix =
                cleaned.first == "+" || cleaned.first == "\u{FF0B}"
                || cleaned.prefix(2).elementsEqual("00".unicodeScalars)
            #expect(entered == (hasPrefix ? lenient : nil), "\(written)")
            if entered != nil { taken += 1 }
        }
        #expect(taken > 500, "the generator reaches valid numbers")
    }
}
