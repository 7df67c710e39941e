extension RequestHead {
    /// Reads method, target and version.
    ///
    /// A line in another shape than `METHOD target HTTP/1.x` is left to the decoder, which refuses it, unless its
    /// target begins with a repairable path: then the target is everything between the first space and the last
    /// ` HTTP/1.x`, and a space or a byte above 0x7F in it marks the head for repair.
    ///
    /// - Returns: False if the request must be refused: a line without a method and a space, a repairable target with
    ///   CR, NUL or tab in it, or with a space and no version after it.
    mutating func readRequestLine(
        _ line: Range<Int>, of bytes: UnsafeRawBufferPointer, repairable: RepairablePaths
    ) -> Bool {
        guard let space = bytes.firstOffset(of: UInt8(ascii: " "), in: line), space > line.lowerBound else {
            return false
        }
        let method = line.lowerBound..<space
        if bytes.holds("POST", at: method) {
            self.method = .post
        } else if bytes.holds("GET", at: method) {
            self.method = .get
        } else if bytes.holds("HEAD", at: method) {
            self.method = .head
        }
        let targetStart = space + 1
        let versionStart = line.upperBound - 9
        var hasVersion = false
        if versionStart >= targetStart {
            let version = versionStart..<line.upperBound
            isVersion10 = bytes.holds(" HTTP/1.0", at: version)
            hasVersion = isVersion10 || bytes.holds(" HTTP/1.1", at: version)
        }
        let target = targetStart..<(hasVersion ? versionStart : line.upperBound)
        self.target = FieldRange(target)
        guard repairable.contain(targetAt: target, of: bytes) else { return true }
        for byte in bytes[target] {
            switch byte {
            case 0x00, 0x09, 0x0D: return false
            case 0x20, 0x80...0xFF: needsRepair = true
            default: break
            }
        }
        return hasVersion || !needsRepair
    }
}
