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
