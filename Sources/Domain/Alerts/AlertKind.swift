/// What people are told about.
package enum AlertKind: String, Sendable, CaseIterable {
    /// A message failed.
    case smsFailed = "sms.failed"
    /// A failed message has not failed after all.
    case smsRecovered = "sms.recovered"
    /// A balance fell below a threshold.
    case balanceLow = "balance.low"
    /// A provider takes no work any more.
    case providerPaused = "provider.paused"
    /// A provider takes work again.
    case providerResumed = "provider.resumed"
    /// A rule of `monitor.health` stopped holding.
    case healthFailed = "health.failed"
    /// A rule of `monitor.health` holds again.
    case healthRecovered = "health.recovered"
    /// An endpoint gets nothing any more.
    case endpointDisabled = "endpoint.disabled"
    /// Somebody tries an endpoint.
    case test = "alert.test"

    /// What accounts are told.
    package static let ofAccounts: [AlertKind] = [.smsFailed, .smsRecovered, .balanceLow, .endpointDisabled, .test]
    /// What operators are told.
    package static let ofOperators: [AlertKind] = [
        .providerPaused, .providerResumed, .healthFailed, .healthRecovered, .endpointDisabled, .test,
    ]
}
