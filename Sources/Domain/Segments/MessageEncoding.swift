/// The alphabet a text travels in.
package enum MessageEncoding: String, Sendable, CaseIterable {
    /// GSM 03.38, seven bits a character.
    case gsm7
    /// UTF-16 units, sixteen bits each.
    case ucs2

    /// The most units a message of one part holds: 140 octets.
    package var unitsMaxAlone: Int {
        switch self {
        case .gsm7: 160
        case .ucs2: 70
        }
    }

    /// The most units each of several parts holds: six octets of every part are the header that joins them.
    package var unitsMaxPerPart: Int {
        switch self {
        case .gsm7: 153
        case .ucs2: 67
        }
    }
}
