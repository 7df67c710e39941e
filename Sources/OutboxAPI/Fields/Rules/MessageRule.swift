import Foundation

/// A text that is brought into Unicode's composed form (NFC) before it is measured: a decomposed `é` would cost a
/// message its GSM alphabet.
struct MessageRule: FieldRule {
    /// The most scalars that become one character.
    static let scalarsPerCharacterMax = 4
    /// The most combining marks that may follow each other, as in Unicode's stream-safe text (UAX #15 section 13).
    ///
    /// Bringing them into order takes time with the square of their number: 31 000 took a second (measured 2026-11-23).
    /// Of more than 62 Foundation leaves some out.
    static let marksInARowMax = 30

    let text: TextRule

    func read(_ value: JSONValue) throws(FieldFault) -> String {
        guard case .string(let written) = value else { throw FieldFault("Must be a text, not \(value.kind).") }
        // Below U+0300 nothing combines.
        let isComposed = written.unicodeScalars.allSatisfy { $0.value < 0x300 }
        if !isComposed { try checkComposable(written) }
        let composed = isComposed ? written : written.precomposedStringWithCanonicalMapping
        try text.check(composed)
        return composed
    }

    /// Refuses what would be too long in any form, and what would take long to compose.
    private func checkComposable(_ written: String) throws(FieldFault) {
        var (count, marks) = (0, 0)
        for scalar in written.unicodeScalars {
            count += 1
            guard count <= text.characters.upperBound * Self.scalarsPerCharacterMax else { throw text.wrongLength }
            marks = Self.isMark(scalar) ? marks + 1 : 0
            guard marks <= Self.marksInARowMax else {
                throw FieldFault("Must have at most \(Self.marksInARowMax) combining marks in a row.")
            }
        }
    }

    /// By category and not by combining class: U+0F73 has none, and is composed of two marks.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x300 else { return false }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return false
        }
    }

    var schema: [JSONValue.Member] { text.schema }
}
