/// How many parts a text is sent, and billed, as.
package struct MessageParts: Hashable, Sendable {
    /// The alphabet all of it travels in.
    package let encoding: MessageEncoding
    /// How many parts, at least 1.
    package let count: Int
}

/// Counts the parts a handset will join again.
///
/// One character outside GSM 03.38 makes the whole text UCS-2. The limit of a single part is tried first; above it
/// every part, the first one too, carries the header. Parts are filled greedily, and neither an escape nor a surrogate
/// pair is split, so a part may stay one unit short: dividing the length by the part's size is wrong.
///
/// Scalars are counted as they are: a decomposed accent is two characters and not in GSM. A caller that wants it
/// composed does that before (the API does). An empty text is one part.
///
/// Source: providers.md, section 4; 3GPP TS 23.040, section 9.2.3.24.1.
/// - Complexity: O(n), n in scalars; nothing is copied.
package func messageParts(_ text: String) -> MessageParts {
    var gsm = PartFiller(.gsm7)
    var ucs = PartFiller(.ucs2)
    var isGSM = true
    for scalar in text.unicodeScalars {
        if isGSM, let septets = GSMAlphabet.septets(scalar) {
            gsm.add(septets)
        } else {
            isGSM = false
        }
        ucs.add(UTF16.width(scalar))
    }
    return isGSM ? gsm.parts : ucs.parts
}

/// Fills parts one after another with characters that must stay whole.
private struct PartFiller {
    private let encoding: MessageEncoding
    private var units = 0
    private var count = 1
    private var unitsInPart = 0

    init(_ encoding: MessageEncoding) {
        self.encoding = encoding
    }

    mutating func add(_ width: Int) {
        units += width
        if unitsInPart + width > encoding.unitsMaxPerPart {
            count += 1
            unitsInPart = width
        } else {
            unitsInPart += width
        }
    }

    var parts: MessageParts {
        MessageParts(encoding: encoding, count: units <= encoding.unitsMaxAlone ? 1 : count)
    }
}
