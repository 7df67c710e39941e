import Runtime

extension SettingsReader {
    /// The address of the provider's API, without a slash at its end: paths of calls begin with one.
    package func providerURL() -> String {
        let url = text(.nxteleURL)
        warnWhereReadable(.nxteleURL, url, what: "keys, numbers and texts go")
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    /// Warns of an address by plain http, unless it is one of this machine's own; `what` goes over the wire as it stands.
    func warnWhereReadable(_ setting: Setting, _ url: String, what: String) {
        let scheme = "http://"
        guard isAddress(url), url.hasPrefix(scheme) else { return }
        let authority = url.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        let host =
            authority.hasPrefix("[")
            ? authority.dropFirst().prefix { $0 != "]" }
            : authority.split(separator: "@", omittingEmptySubsequences: false).last?.prefix { $0 != ":" } ?? ""
        if host == "localhost" || host == "::1" || host.wholeMatch(of: /127(\.[0-9]{1,3}){3}/) != nil { return }
        warn(setting, "this is plain http: \(what) over the wire for everybody on the way to read; use https.")
    }
}
