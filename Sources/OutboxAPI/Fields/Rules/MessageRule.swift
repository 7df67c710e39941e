import Foundation

/// A text that is brought into Unicode's composed form (NFC) before it is measured: a decomposed `é` would cost a
/// message its GSM alphabet.
struct MessageRule: FieldRule {
    let text: TextRule

    func read(_ value: JSONValue) throws(FieldFault) -> String {
        guard case .string(let written) = value else { throw FieldFault("Must be a text, not \(value.kind).") }
        // Below U+0300 nothing combines.
        let isComposed = written.unicodeScalars.allSatisfy { $0.value < 0x300 }
        let composed = isComposed ? written : written.precomposedStringWithCanonicalMapping
        try text.check(composed)
        return composed
    }

    var schema: [JSONValue.Member] { text.schema }
}
