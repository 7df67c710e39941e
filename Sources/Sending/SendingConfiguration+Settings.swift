import Domain
import PostgresClient
import Providers
import Runtime
import Store

extension SendingConfiguration {
    /// Reads the settings of a send worker; problems are collected in the reader.
    public init(_ reader: SettingsReader) {
        let url = reader.text(.nxteleURL)
        if !url.hasPrefix("http://") && !url.hasPrefix("https://") {
            reader.problem(.nxteleURL, "this is no address; expected one that begins with http:// or https://.")
        }
        self.init(
            database: ConnectionConfiguration(
                connectionString: reader.databaseURL(), applicationName: "postroom-send-worker"),
            providerURL: url.hasSuffix("/") ? String(url.dropLast()) : url, callsMax: reader.integer(.sendCalls),
            rate: reader.integer(.nxteleRate), sendTimeout: reader.duration(.sendTimeout),
            retry: RetryPolicy(
                maxAutomaticRetries: Int32(reader.integer(.maxAutomaticRetries)), base: reader.duration(.retryBase),
                cap: reader.duration(.retryCap)),
            lookups: LookupTimes(
                unclearAfter: min(Self.unclearAfter, reader.duration(.unclearDeadline)),
                unclearDeadline: reader.duration(.unclearDeadline),
                receiptAfter: min(reader.duration(.receiptOverdue), reader.duration(.receiptDeadline)),
                receiptDeadline: reader.duration(.receiptDeadline)),
            unclearPolicy: UnclearPolicy(rawValue: reader.choice(.unclearPolicy)) ?? .fail,
            maxWait: reader.duration(.maxWait), timeZone: reader.text(.nxteleTimezone))
    }
}

extension NXTeleAccess {
    /// Reads the keys for sending; problems are collected in the reader.
    public init(_ reader: SettingsReader) {
        let accessKey = reader.optionalSecret(.nxteleAccessKey)?.revealed
        let accessSecret = reader.optionalSecret(.nxteleAccessSecret)?.revealed
        var signed: (accessKey: String, accessSecret: String)?
        if let accessKey, let accessSecret { signed = (accessKey, accessSecret) }
        if accessKey != nil, accessSecret == nil {
            reader.problem(.nxteleAccessSecret, "nothing was given; expected the access key's secret.")
        }
        if accessSecret != nil, accessKey == nil {
            reader.problem(.nxteleAccessKey, "nothing was given; expected the access secret's key.")
        }
        self.init(
            appKey: reader.secret(.nxteleAppKey).revealed, secretKey: reader.secret(.nxteleSecretKey).revealed,
            signed: signed, receiptURL: reader.optionalSecret(.nxteleReceiptURL)?.revealed)
    }
}
