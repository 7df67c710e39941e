import Runtime

extension SettingsReader {
    /// Reads every setting as its kind asks, so that ``Runtime/SettingsReader/finish()`` knows every problem.
    ///
    /// What a process needs and lacks is that process's own check.
    /// - Returns: how many have a value that is not the default.
    func check(_ settings: [Setting]) -> Int {
        var given = 0
        for setting in settings {
            if let text = optionalText(setting), text != setting.defaultText { given += 1 }
            switch setting.kind {
            case .text, .path: break
            case .choice(let words):
                if let word = optionalText(setting), !words.contains(word.lowercased()) {
                    problem(setting, "the value given is wrong; expected one of \(words.joined(separator: ", ")).")
                }
            case .list: _ = list(setting)
            case .accountSecrets: _ = accountSecrets(setting)
            case .listenAddress: _ = optionalListenAddress(setting)
            case .duration: _ = duration(setting)
            case .integer: _ = integer(setting)
            case .byteCount: _ = byteCount(setting)
            }
        }
        return given
    }
}
