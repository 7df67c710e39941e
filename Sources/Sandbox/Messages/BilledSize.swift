/// How many parts NXTele bills a text as (providers.md §1.8); not always what a handset gets.
enum BilledSize {
    /// 1 up to 160 septets, else one for every 154; for other alphabets 1 up to 70 UTF-16 units, else one for every 67.
    static func parts(of text: String) -> Int {
        var septets = 0
        for scalar in text.unicodeScalars {
            if basic.contains(scalar) {
                septets += 1
            } else if extended.contains(scalar) {
                septets += 2
            } else {
                let units = text.utf16.count
                return units <= 70 ? 1 : (units + 66) / 67
            }
        }
        return septets <= 160 ? 1 : (septets + 153) / 154
    }

    /// The basic table of GSM 03.38, without the escape.
    private static let basic = Set(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)
    /// The extension table.
    private static let extended = Set("\u{0C}^{}\\[~]|€".unicodeScalars)
}
