/// One key of the configuration: its name, what it takes, and what holds when it is absent.
///
/// The table in `Setting+Table.swift` is the only list of them: `postroom config` prints it and ``SettingsReader``
/// reads by it, so the two cannot disagree.
package struct Setting: Hashable, Sendable {
    /// The environment variable's name, also the key in ``Setting/environmentFile``.
    package let name: String
    /// What the text must be.
    package let kind: Kind
    /// The text that holds when nothing is given; nil where there is no default.
    package let defaultText: String?
    /// What the setting does, in one sentence.
    package let help: String
    /// Whether the value may never be printed, logged or quoted in a problem.
    package let isSecret: Bool

    init(
        _ name: String, _ kind: Kind, default defaultText: String? = nil, secret isSecret: Bool = false, _ help: String
    ) {
        self.name = name
        self.kind = kind
        self.defaultText = defaultText
        self.isSecret = isSecret
        self.help = help
    }

    /// The shape of a setting's text, with its bounds.
    package enum Kind: Hashable, Sendable {
        /// Any text.
        case text
        /// A path of the file system.
        case path
        /// One of these words.
        case choice([String])
        /// Items with commas between them.
        case list
        /// `KEY` or `ACCOUNT:KEY` with commas between them.
        case accountSecrets
        /// `host:port`.
        case listenAddress
        /// A whole number and its unit: `500ms`, `30s`, `15m`, `72h`.
        case duration(ClosedRange<Duration>)
        /// A plain whole number.
        case integer(ClosedRange<Int>)
        /// A plain whole number of bytes.
        case byteCount(ClosedRange<Int>)
    }
}

extension Setting.Kind {
    /// The type's name as `postroom config` prints it.
    package var typeName: String {
        switch self {
        case .text: "text"
        case .path: "path"
        case .choice: "choice"
        case .list: "list"
        case .accountSecrets: "keys"
        case .listenAddress: "host:port"
        case .duration: "duration"
        case .integer: "integer"
        case .byteCount: "bytes"
        }
    }

    /// The unit or the bounds, as `postroom config` prints them; empty where any text will do.
    package var unit: String {
        switch self {
        case .text, .path, .listenAddress: ""
        case .choice(let words): words.joined(separator: "|")
        case .list: "comma separated"
        case .accountSecrets: "KEY or ACCOUNT:KEY, comma separated"
        case .duration(let range): "\(range.lowerBound.settingText)...\(range.upperBound.settingText)"
        case .integer(let range), .byteCount(let range): "\(range.lowerBound)...\(range.upperBound)"
        }
    }

    /// The end of a problem's sentence: what was expected.
    var expectation: String {
        switch self {
        case .text: "a text"
        case .path: "a path"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .list: "items with commas between them"
        case .accountSecrets: "KEY or ACCOUNT:KEY, with commas between several"
        case .listenAddress: "host:port, such as 127.0.0.1:8080 or [::1]:8080"
        case .duration(let range):
            "a duration such as 500ms, 30s, 15m or 72h, "
                + "from \(range.lowerBound.settingText) to \(range.upperBound.settingText)"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .byteCount(let range): "a whole number of bytes from \(range.lowerBound) to \(range.upperBound)"
        }
    }
}
