import Runtime

extension SettingsReader {
    /// The address of the provider's API, without a slash at its end: paths of calls begin with one.
    public func providerURL() -> String {
        let url = text(.nxteleURL)
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }
}
