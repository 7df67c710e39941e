/// What the word in a record's `dr` is as a receipt's status, whose numbers NXTele lists (providers.md §1.4).
enum ReportWord {
    /// The status, nil where there is no final report yet.
    ///
    /// The listed words are their numbers. Spellings of them that NXTele or carriers use elsewhere are too, and every
    /// other SMPP error word is 5 (UNDELIV): no receipt says more about it, and a word that is kept as a word has the
    /// rank of UNKNOWN, so that a definite failure would be lost. What no list explains stays the word it is, unless
    /// the record has a number beside it (one version of the documentation calls `dr_status` the "dr code in number").
    ///
    /// - Parameters:
    ///   - word: `dr`, trimmed.
    ///   - recordStatus: `dr_status`, trimmed; used only where it is a number.
    static func status(of word: String, recordStatus: String) -> String? {
        switch word.uppercased() {
        case "", "NULL": nil
        // On its way, in the words of SMPP 3.4 section 5.2.28 (its final ACCEPTD says no more than NXTele's code 0).
        case "ENROUTE", "ACCEPTD", "SCHEDULED", "ESME_ROK": nil
        case "DELIVRD", "DELIVERED": "2"
        case "UNDELIV", "UNDELIVR", "UNDELIVRD", "UNDELIVERED", "FAILED", "FAIL": "5"
        case "REJECTD", "REJECTED": "6"
        case "EXPIRED": "7"
        case "DELETED": "8"
        case "DND": "9"
        case "ESME_RINVDSTADR": "10"
        case "ESME_RINVSRCADR": "11"
        case "UNKNOWN": "12"
        case let other where other.hasPrefix("ESME_R"): "5"
        default: isNumber(recordStatus) ? recordStatus : word
        }
    }

    private static func isNumber(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { ASCII.digit($0) != nil }
    }
}
