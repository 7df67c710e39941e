import Runtime

extension DeliveryConfiguration {
    /// Reads the settings of delivering; problems are collected in the reader.
    init(reading reader: SettingsReader) {
        self.init(
            database: reader.database(applicationName: "postroom-alert-worker"),
            // A drain waits for the deliveries under way, and has to end within its grace.
            timeout: min(Self.timeoutMax, reader.duration(.shutdownGrace) * 3 / 4))
    }
}

extension DestinationPolicy {
    /// The policy of this installation: https to public addresses, and whatever
    /// `POSTROOM_ALERT_ALLOWED_NETWORKS` names, there also by http.
    public init(_ reader: SettingsReader) {
        let ranges = reader.addressRanges(.alertAllowedNetworks)
        self.init(allowsPlainHTTP: !ranges.isEmpty, exemptRanges: ranges)
    }
}
