import Runtime

extension SettingsReader {
    /// A key of fewer characters is warned about.
    static let secretCharactersMin = 16
    /// What ends a token, or begins an escape, where a URL holds it as it is.
    static let charactersOutsideTokens: [Character] = ["/", "?", "#", "%", "&"]

    /// The keys that providers may call with; a short one is a warning and no problem, because it may be in use.
    ///
    /// - Parameter inURL: Whether callers put them into URLs: then one that is something else there, and never found, is
    ///   a problem.
    func callerSecrets(_ setting: Setting, inURL: Bool = false) -> [AccountSecret] {
        let secrets = accountSecrets(setting)
        let words = Self.charactersOutsideTokens.map { String($0) }.joined(separator: " ")
        for secret in secrets {
            let text = secret.secret.revealed
            if inURL, text.contains(where: Self.charactersOutsideTokens.contains) {
                problem(
                    setting,
                    "a token of account \(secret.account) (not shown) has one of \(words) in it, which a URL takes for "
                        + "something else; make one with `openssl rand -hex 32`.")
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
