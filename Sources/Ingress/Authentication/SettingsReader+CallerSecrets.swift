import Runtime

extension SettingsReader {
    /// A key of fewer characters is warned about.
    static let secretCharactersMin = 16
    /// What ends a token, or begins an escape, where a URL holds it as it is.
    static let charactersOutsideTokens: [Character] = ["/", "?", "#", "%", "&"]

    /// The keys that providers may call with. What is odd about one is a warning and no problem, because it may be in use:
    /// an ingress that does not start loses more.
    ///
    /// - Parameter inURL: Whether callers put them into URLs: then one that is something else there is found only where the
    ///   caller escapes it, and is odd.
    func callerSecrets(_ setting: Setting, inURL: Bool = false) -> [AccountSecret] {
        let secrets = accountSecrets(setting)
        let words = Self.charactersOutsideTokens.map { String($0) }.joined(separator: " ")
        for secret in secrets {
            let text = secret.secret.revealed
            if inURL, text.contains(where: Self.charactersOutsideTokens.contains) {
                warn(
                    setting,
                    "a token of account \(secret.account) (not shown) has one of \(words) in it, which a URL takes for "
                        + "something else unless it is escaped there; make one with `openssl rand -hex 32`.")
            }
            if text.count < Self.secretCharactersMin {
                warn(
                    setting,
                    "a key of account \(secret.account) (not shown) has fewer than \(Self.secretCharactersMin) characters "
                        + "and can be guessed; make one with `openssl rand -hex 32`.")
            }
        }
        return secrets
    }
}
