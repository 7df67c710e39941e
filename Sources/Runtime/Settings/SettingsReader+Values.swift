import Logging

extension SettingsReader {
    /// A text, or the setting's default; records a problem and returns "" where there is neither.
    package func text(_ setting: Setting) -> String {
        if let text = givenText(setting) ?? setting.defaultText { return text }
        reportMissing(setting)
        return ""
    }

    /// A text, or the setting's default, or nil.
    package func optionalText(_ setting: Setting) -> String? {
        givenText(setting) ?? setting.defaultText
    }

    /// A secret text; records a problem and returns an empty one where none was given.
    package func secret(_ setting: Setting) -> Secret {
        Secret(text(setting))
    }

    /// A secret text, or nil.
    package func optionalSecret(_ setting: Setting) -> Secret? {
        optionalText(setting).map(Secret.init)
    }

    /// An address to listen on, or the setting's default; records a problem where there is neither.
    package func listenAddress(_ setting: Setting) -> ListenAddress {
        if let address = optionalListenAddress(setting) { return address }
        if givenText(setting) == nil { reportMissing(setting) }
        return ListenAddress(host: "127.0.0.1", port: 0)
    }

    /// An address to listen on, or the setting's default, or nil.
    package func optionalListenAddress(_ setting: Setting) -> ListenAddress? {
        value(setting, ListenAddress.init)
    }

    /// A duration within the bounds of the setting's kind, or its default.
    package func duration(_ setting: Setting) -> Duration {
        value(setting) { text in
            guard case .duration(let range) = setting.kind, let duration = Duration(settingText: text) else {
                return nil
            }
            return range.contains(duration) ? duration : nil
        } ?? .zero
    }

    /// A whole number within the bounds of the setting's kind, or its default.
    package func integer(_ setting: Setting) -> Int {
        value(setting) { text in
            guard case .integer(let range) = setting.kind else { return nil }
            return Self.integer(text, in: range)
        } ?? 0
    }

    /// A size within the bounds of the setting's kind, or its default.
    package func byteCount(_ setting: Setting) -> ByteCount {
        value(setting) { text in
            guard case .byteCount(let range) = setting.kind else { return nil }
            return Self.integer(text, in: range).map(ByteCount.init)
        } ?? ByteCount(0)
    }

    /// One of the words of the setting's kind, or its default.
    package func choice(_ setting: Setting) -> String {
        value(setting) { text in
            guard case .choice(let words) = setting.kind, words.contains(text) else { return nil }
            return text
        } ?? ""
    }

    /// The items between commas, without white space around them; none if nothing was given.
    ///
    /// An empty item, or more than 256, is a recorded problem.
    package func list(_ setting: Setting) -> [String] {
        guard let text = optionalText(setting) else { return [] }
        let items = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0.trimmedOfSpaces()) }
        guard items.count <= Self.listItemsMax else {
            problem(setting, "\(items.count) items were given; expected at most \(Self.listItemsMax).")
            return []
        }
        for (index, item) in items.enumerated() where item.isEmpty {
            problem(setting, "item \(index + 1) is empty; expected \(setting.kind.expectation).")
        }
        return items.filter { !$0.isEmpty }
    }

    /// The keys between commas, each with its account; none if nothing was given.
    ///
    /// The same key given twice is a recorded problem: whose webhook would it be?
    package func accountSecrets(_ setting: Setting) -> [AccountSecret] {
        var secrets: [AccountSecret] = []
        for (index, item) in list(setting).enumerated() {
            guard let secret = AccountSecret(item) else {
                problem(setting, "item \(index + 1) (not shown) is wrong; expected \(setting.kind.expectation).")
                continue
            }
            guard !secrets.contains(where: { $0.secret == secret.secret }) else {
                problem(setting, "item \(index + 1) (not shown) repeats an earlier key; expected each key once.")
                continue
            }
            secrets.append(secret)
        }
        return secrets
    }

    /// The least severe level to log.
    func logLevel(_ setting: Setting = .logLevel) -> Logger.Level {
        value(setting) { Logger.Level(rawValue: $0.lowercased()) } ?? .info
    }

    /// Parses what was given, else the default; a value that cannot be parsed is recorded, and the default holds.
    private func value<Value>(_ setting: Setting, _ parse: (String) -> Value?) -> Value? {
        if let text = givenText(setting) {
            if let value = parse(text) { return value }
            reject(setting, text)
        } else if setting.defaultText == nil, isRequired(setting) {
            reportMissing(setting)
        }
        return setting.defaultText.flatMap(parse)
    }

    /// Numbers and durations have nothing that could stand for "absent".
    private func isRequired(_ setting: Setting) -> Bool {
        switch setting.kind {
        case .duration, .integer, .byteCount: true
        case .text, .path, .choice, .list, .accountSecrets, .listenAddress: false
        }
    }

    private static func integer(_ text: String, in range: ClosedRange<Int>) -> Int? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text) else { return nil }
        return range.contains(number) ? number : nil
    }
}
