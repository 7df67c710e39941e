extension SettingsReader {
    /// The key and the secret of NXTele's signed calls; nil where neither was given, or only one, which is a recorded
    /// problem.
    package func nxteleAccessPair() -> (key: Secret, secret: Secret)? {
        let key = optionalSecret(.nxteleAccessKey)
        let secret = optionalSecret(.nxteleAccessSecret)
        if let key, let secret { return (key, secret) }
        if key != nil { problem(.nxteleAccessSecret, "nothing was given; expected the access key's secret.") }
        if secret != nil { problem(.nxteleAccessKey, "nothing was given; expected the access secret's key.") }
        return nil
    }
}
