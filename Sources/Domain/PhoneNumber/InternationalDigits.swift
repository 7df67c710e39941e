/// 7 to 15 ASCII digits with the country code in front, the first not 0.
struct InternationalDigits {
    /// The digits after a `+`.
    let e164: String

    /// Takes all bytes that are left; nil if one is no digit, the first is 0, or there are too few or too many.
    init?(_ bytes: some IteratorProtocol<UInt8>) {
        var bytes = bytes
        var text: [UInt8] = [0x2B]
        text.reserveCapacity(1 + PhoneNumber.digitsMax)
        while let byte = bytes.next() {
            guard let digit = decimalDigit(byte), digit > 0 || text.count > 1, text.count <= PhoneNumber.digitsMax
            else { return nil }
            text.append(byte)
        }
        guard text.count > PhoneNumber.digitsMin else { return nil }
        self.e164 = String(decoding: text, as: UTF8.self)
    }
}
