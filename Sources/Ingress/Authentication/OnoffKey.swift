/// The key in Onoff's `Authorization: x-api-key T` (providers.md §2).
enum OnoffKey {
    /// The bytes after the scheme, which is compared without regard to case; nil for another scheme.
    ///
    /// - Parameter value: The range of the field's value, without white space around it.
    static func token(inAuthorization value: Range<Int>, of bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        guard let space = bytes.firstOffset(of: UInt8(ascii: " "), in: value),
            bytes.holdsIgnoringCase("x-api-key", at: value.lowerBound..<space)
        else { return nil }
        let token = bytes.trimmed(space..<value.upperBound)
        return token.isEmpty ? nil : token
    }
}
