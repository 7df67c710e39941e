import Domain

/// A provider's words made fit to be kept and shown.
enum ProviderWords {
    /// What stands for what was taken out.
    private static let mask = "***"
    /// The shortest key that is looked for; shorter ones would be found in any word.
    private static let secretLengthMin = 4
    /// How many separators in a row still join two groups of a number's digits: `(0) 151`.
    private static let separatorsMax = 2

    /// One line of at most ``ReplyLimits/wordsBytesMax`` without control characters, without the given keys, and
    /// without any run of digits as long as a phone number, however they are grouped. Nil where nothing is left.
    static func clean(_ words: String, secrets: [String]) -> String? {
        var text = singleLine(words)
        for secret in secrets where secret.utf8.count >= secretLengthMin { text = text.replacing(secret, with: mask) }
        text = shortened(maskingNumbers(text))
        return text.isEmpty ? nil : text
    }

    /// Runs of white space, control and formatting characters as one space, none at the ends.
    private static func singleLine(_ words: String) -> String {
        var line = String.UnicodeScalarView()
        var isGap = false
        for scalar in words.unicodeScalars {
            if isBlank(scalar) {
                isGap = true
                continue
            }
            if isGap, !line.isEmpty { line.append(" ") }
            isGap = false
            line.append(scalar)
        }
        return String(line)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .unassigned, .privateUse: true
        default: false
        }
    }

    private static func maskingNumbers(_ text: String) -> String {
        var masked = String.UnicodeScalarView()
        var run: [Unicode.Scalar] = []
        var digits = 0
        var separators = 0  // at the end of the run
        func flush() {
            if digits >= PhoneNumber.digitsMin {
                masked.append(contentsOf: mask.unicodeScalars)
                masked.append(contentsOf: run.suffix(separators))
            } else {
                masked.append(contentsOf: run)
            }
            run.removeAll(keepingCapacity: true)
            digits = 0
            separators = 0
        }
        for scalar in text.unicodeScalars {
            if scalar.properties.numericType == .decimal {
                run.append(scalar)
                digits += 1
                separators = 0
            } else if digits > 0, separators < separatorsMax, " -./()".unicodeScalars.contains(scalar) {
                run.append(scalar)
                separators += 1
            } else {
                flush()
                masked.append(scalar)
            }
        }
        flush()
        return String(masked)
    }

    /// Cut between two scalars.
    private static func shortened(_ text: String) -> String {
        var short = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            if bytes > ReplyLimits.wordsBytesMax { break }
            short.append(scalar)
        }
        return String(short)
    }
}
