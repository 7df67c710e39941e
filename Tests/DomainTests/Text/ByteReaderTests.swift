import Domain
import Testing

@Suite struct ByteReaderTests {
    @Test func `sixteen values have a hexadecimal digit, six of them in either case, and no other byte is one`() {
        let digits = Dictionary(
            uniqueKeysWithValues: zip("0123456789abcdefABCDEF".utf8, Array(0...15) + Array(10...15)))
        for byte in UInt8.min...UInt8.max { #expect(hexadecimalDigit(byte) == digits[byte].map(UInt8.init)) }
    }
}
