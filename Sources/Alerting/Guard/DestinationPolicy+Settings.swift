import Runtime

extension DestinationPolicy {
    /// The policy of this installation: https to public addresses, and whatever
    /// `POSTROOM_ALERT_ALLOWED_NETWORKS` names, there also by http.
    package init(reading reader: SettingsReader) {
        let ranges = reader.addressRanges(.alertAllowedNetworks)
        self.init(allowsPlainHTTP: !ranges.isEmpty, exemptRanges: ranges)
    }
}
