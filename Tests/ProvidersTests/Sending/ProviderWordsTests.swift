import Testing

@testable import Providers

@Suite struct ProviderWordsTests {
    @Test(arguments: [
        ("Invalid IP", "Invalid IP"), ("请求成功", "请求成功"), (" a\r\n\t b\u{0}\u{7F}c ", "a b c"),
        ("a\u{202E}b\u{200B}\u{FEFF}c\u{2028}d\u{85}e", "a b c d e"), ("code 123456", "code 123456"),
        ("1234567", "***"), ("to 4915112345678.", "to ***."), ("+49 151 123-456", "+***"),
        ("+49 (0) 151/12.34.56 failed", "+*** failed"), ("49\u{200B}151\u{200B}123456", "***"),
        ("４９１５１１２３４５", "***"), ("٤٩١٥١١٢٣٤٥", "***"), ("1, 2, 3, 4, 5, 6, 7, 8", "1, 2, 3, 4, 5, 6, 7, 8"),
        ("key s3cret!", "key ***"), ("ab", "ab"), ("key k3ys abc", "key *** abc"),
    ])
    func `words are one line without keys and numbers`(words: String, clean: String) {
        #expect(ProviderWords.clean(words, secrets: ["s3cret!", "k3ys", "abc", "ab", ""]) == clean)
    }

    @Test(arguments: ["", " \n\u{200B} "])
    func `nothing is nothing`(words: String) {
        #expect(ProviderWords.clean(words, secrets: []) == nil)
    }

    @Test func `they are cut at 200 bytes, between two characters`() {
        #expect(
            ProviderWords.clean(String(repeating: "a", count: 201), secrets: []) == String(repeating: "a", count: 200))
        #expect(
            ProviderWords.clean(String(repeating: "牛", count: 67), secrets: []) == String(repeating: "牛", count: 66))
        // Cutting first would leave the beginning of the number.
        let number = String(repeating: "a", count: 196) + " 4915112345678"
        #expect(ProviderWords.clean(number, secrets: []) == String(repeating: "a", count: 196) + " ***")
    }
}
