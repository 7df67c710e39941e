extension Setting {
    /// The words that put a number on the suppression list.
    package static let stopWords = Setting(
        "POSTROOM_STOP_WORDS", .list, default: "standard",
        "The words by which a recipient opts out, in an SMS that is nothing else; standard: STOP, UNSUBSCRIBE and the "
            + "usual ones of other languages, as `postroom suppression words` lists them.")
    /// The words that take it off again.
    package static let startWords = Setting(
        "POSTROOM_START_WORDS", .list, default: "standard",
        "The words by which a recipient opts in again; standard: START, UNSTOP and others, likewise.")
}
