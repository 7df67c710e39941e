import Domain
import Providers
import Runtime
import Store

extension SendingConfiguration {
    /// Reads the settings of a send worker; problems are collected in the reader.
    init(reading reader: SettingsReader) {
        let url = reader.providerURL()
        if !isAddress(url) {
            reader.problem(.nxteleURL, "this is no address; expected one that begins with http:// or https://.")
        }
        let (overdue, deadline) = (reader.duration(.receiptOverdue), reader.duration(.receiptDeadline))
        // Not where it is the default: who shortens the deadline alone wants the receipt looked for before it.
        if overdue > deadline, reader.optionalText(.receiptOverdue) != Setting.receiptOverdue.defaultText {
            reader.problem(
                .receiptOverdue,
                "the provider would be asked for a receipt only after it was given up; expected no more than "
                    + "\(Setting.receiptDeadline.name).")
        }
        self.init(
            database: reader.database(applicationName: SendWorkerProcess.program.executable),
            providerURL: url, access: NXTeleAccess(reading: reader),
            callsMax: reader.integer(.sendCalls),
            rate: reader.integer(.nxteleRate), sendTimeout: reader.duration(.sendTimeout),
            retry: RetryPolicy(
                maxAutomaticRetries: Int32(reader.integer(.maxAutomaticRetries)), base: reader.duration(.retryBase),
                cap: reader.duration(.retryCap)),
            lookups: LookupTimes(
                unclearAfter: min(Self.unclearAfter, reader.duration(.unclearDeadline)),
                unclearDeadline: reader.duration(.unclearDeadline),
                receiptAfter: min(overdue, deadline), receiptDeadline: deadline),
            unclearPolicy: UnclearPolicy(rawValue: reader.choice(.unclearPolicy)) ?? .fail,
            maxWait: reader.duration(.maxWait), timeZone: reader.text(.nxteleTimezone))
    }
}

extension NXTeleAccess {
    /// Reads the keys for sending; problems are collected in the reader.
    public init(reading reader: SettingsReader) {
        let receiptURL = reader.optionalSecret(.nxteleReceiptURL)?.revealed
        if let receiptURL, !isAddress(receiptURL) {
            reader.problem(
                .nxteleReceiptURL,
                "the value given (not shown) is no address; expected one that begins with http:// or https://.")
        }
        self.init(
            appKey: reader.secret(.nxteleAppKey).revealed, secretKey: reader.secret(.nxteleSecretKey).revealed,
            signed: reader.nxteleAccessPair().map { ($0.key.revealed, $0.secret.revealed) }, receiptURL: receiptURL)
    }
}

/// Whether it can be the address of something that speaks HTTP: a scheme, a host, and nothing that ends a line or a word.
private func isAddress(_ text: String) -> Bool {
    guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return false }
    let rest = text.dropFirst(scheme.count)
    return rest.first.map { !"/?#".contains($0) } ?? false && rest.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
}
