/// `text` without ASCII white space at either end; every other byte stays as it is.
func trimmed(_ text: String) -> String {
    let bytes = text.utf8
    guard let first = bytes.first, let last = bytes.last, isWhiteSpace(first) || isWhiteSpace(last) else { return text }
    // By bytes: a grapheme may join a space to its neighbour.
    let front = bytes.drop(while: isWhiteSpace)
    guard let end = front.lastIndex(where: { !isWhiteSpace($0) }) else { return "" }
    return String(Substring(front[...end]))
}

/// Space, tab, line feed, vertical tab, form feed and carriage return.
private func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
}
