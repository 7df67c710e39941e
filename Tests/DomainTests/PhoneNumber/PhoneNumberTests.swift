import Domain
import Testing

struct PhoneNumberTests {
    @Test(arguments: [
        ("6282167624806", "+6282167624806"), ("+6282167624806", "+6282167624806"),
        (" 6282167624806", "+6282167624806"), ("006282167624806", "+6282167624806"),
        ("6282167624806\r\n", "+6282167624806"), ("1234567", "+1234567"), ("123456789012345", "+123456789012345"),
    ])
    func `a provider's field gets its plus`(text: String, e164: String) {
        #expect(PhoneNumber(providerDigits: text)?.e164 == e164)
    }

    @Test(arguments: [
        "", " ", "+", "00", "123456", "1234567890123456", "0123456789", "000123456789", "+0123456789", "++491511234567",
        "+00491511234567", "49 151 1234567", "4915112345,4915112346", "49151-1234567", "TUKUPAY", "4915112345x",
        "４９１５１１２３４５６７", "491511234567;ext=1",
    ])
    func `a provider's field with anything else is refused`(text: String) {
        #expect(PhoneNumber(providerDigits: text) == nil)
    }

    @Test(arguments: [
        ("+33 6 76 12 34 56", "+33676123456"), ("+33\u{A0}6-76.12/34(56)", "+33676123456"),
        ("\u{202A}+33676123456\u{202C}", "+33676123456"), ("\u{200E}+33676123456\u{200F}", "+33676123456"),
        ("＋３３６７６１２３４５６", "+33676123456"), ("+\u{0663}\u{0663}676123456", "+33676123456"),
        ("\u{06F3}\u{06F3}676123456", "+33676123456"), (" 33676123456", "+33676123456"),
        ("0033676123456", "+33676123456"), ("00 33 676 123 456", "+33676123456"), ("33676123456", "+33676123456"),
        ("1234567890", "+1234567890"), ("+44 (0)20 7946 0018", "+442079460018"), ("+44(0)2079460018", "+442079460018"),
        ("0044 (0) 20 7946 0018", "+442079460018"), ("+44 ( 0 ) 20 7946 0018", "+442079460018"),
        ("(+44) 20 7946 0018", "+442079460018"), ("(0044) 20 7946 0018", "+442079460018"),
        ("+44 （0）20 7946 0018", "+442079460018"), ("+39 06 698 12345", "+390669812345"),
        ("+39 (0)6 698 12345", "+390669812345"), ("+225 07 07 12 34 56", "+2250707123456"),
        ("+225 (0)7 07 12 34 56", "+2250707123456"), ("+33\u{2011}676\u{2013}123456", "+33676123456"),
    ])
    func `what people write becomes E 164`(text: String, e164: String) {
        #expect(PhoneNumber(lenient: text)?.e164 == e164)
    }

    @Test(arguments: [
        "", "+", "0987654321", "06 76 12 34 56", "01144207946001", "000 33 676123456", "+0 33676123456",
        "+33676123456;ext=12", "+33676123456x123", "+33676123456,+33676123457", "33676123456 33676123457",
        "+33+676123456", "33676123456+", "TUKUPAY", "12345", "123456", "+1234567890123456", "(0)2079460018",
        "44(0)2079460018",
        "+(0)442079460018", "+44 (0)(0)2079460018", "+4420 7946 (0)018", "+33676123456\0", "+3367612345\u{FF}6",
        "+33 676 123 456                                                         ",
    ])
    func `what is no international number is refused`(text: String) {
        #expect(PhoneNumber(lenient: text) == nil)
    }

    @Test(arguments: [
        "4915112345678", "+0915112345678", "+123456", "+1234567890123456", "+49 15112345678", "＋4915112345678", "+",
        "+49151123456٧٨", "",
    ])
    func `E 164 itself is read strictly`(text: String) {
        #expect(PhoneNumber(e164: text) == nil)
    }

    @Test func `numbers survive every form`() throws {
        var random = SplitMix64(seed: 6)
        for _ in 0..<10_000 {
            var digits = String(Int.random(in: 1...9, using: &random))
            for _ in 1..<Int.random(in: 7...15, using: &random) {
                digits += String(Int.random(in: 0...9, using: &random))
            }
            let number = try #require(PhoneNumber(e164: "+" + digits))
            #expect(number.digits == digits)
            #expect(number.e164 == "+" + digits)
            #expect(PhoneNumber(providerDigits: number.digits) == number)
            #expect(PhoneNumber(providerDigits: "00" + number.digits) == number)
            #expect(PhoneNumber(lenient: number.e164) == number)
            #expect(PhoneNumber(lenient: number.digits.map(String.init).joined(separator: "-")) == number)
        }
    }

    @Test func `any text either is refused or gives a valid number`() {
        var random = SplitMix64(seed: 7)
        let alphabet = Array("0123456789+()-. ,x٣\u{FF10}\u{202A}".unicodeScalars)
        for _ in 0..<20_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...20, using: &random) { text.append(random.pick(alphabet)) }
            for number in [PhoneNumber(lenient: String(text)), PhoneNumber(providerDigits: String(text))] {
                guard let number else { continue }
                #expect(PhoneNumber(e164: number.e164) == number)
            }
        }
    }
}
