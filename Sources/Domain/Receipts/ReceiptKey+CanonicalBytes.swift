extension ReceiptKey {
    /// What identifies a receipt, in one spelling: the input of the key's hash.
    ///
    /// Message id, phone, status and reported time (DESIGN, section 5, "Dedupe"), each as four bytes of length
    /// (big-endian) and its UTF-8, so that no two different receipts share their bytes. Canonical means: white space
    /// at the ends removed; a message id that is a UUID in lower case with hyphens; the phone's digits only, without
    /// an international prefix; a status that is a number in plain decimal (`02` is `2`). A readable time has one
    /// spelling already (``LocalTime``); any other stands as written. Price, size and the rest are no part of it: a
    /// copy that differs in those is the same receipt.
    package static func canonicalBytes(of receipt: Receipt) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128)
        append(canonicalMessageID(receipt.messageID), to: &bytes)
        append(canonicalPhone(receipt.phone), to: &bytes)
        append(ReceiptStatus(receipt.status).canonicalText, to: &bytes)
        append(trimmed(receipt.reportedTime), to: &bytes)
        return bytes
    }
}

private func append(_ field: String, to bytes: inout [UInt8]) {
    let length = UInt32(clamping: field.utf8.count)  // bodies are bounded far below 4 GiB
    for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
    bytes.append(contentsOf: field.utf8)
}

private func canonicalMessageID(_ written: String) -> String {
    let text = trimmed(written)
    return uuidValue(of: text).map(uuidText(of:)) ?? text
}

private func canonicalPhone(_ written: String) -> String {
    if let number = PhoneNumber(providerDigits: written) { return number.digits }
    return String(decoding: written.utf8.filter { decimalDigit($0) != nil }, as: UTF8.self)
}
