import Domain
import Runtime
import Store

/// Deliveries, as leased work. See ``LeasedWorkLoop``.
struct DeliveryWork: LeasedWork {
    let configuration: AlertingConfiguration
    let key: AlertKey
    let claimer: DeliveryClaimer
    let client: DeliveryClient
    let recorder: DeliveryRecorder
    let throttle: EndpointThrottle
    let counts: DeliveryCounts
    let vouch: @Sendable () async -> Bool

    var unwrittenCount: Int { recorder.pendingCount }

    func claim(_ room: CallPermits.Room) async -> Claimed<ClaimedNotification> {
        let found = await claimer.claim(room)
        if case .claims(let claims) = found { counts.calls.claimed(claims.count) }
        return found
    }

    func sharer(of item: ClaimedNotification) -> String { item.key.endpointID.description }

    func perform(_ item: ClaimedNotification, gateUntil: ContinuousClock.Instant) async {
        let began = ContinuousClock.now
        counts.calls.began()
        await deliver(item, gateUntil: gateUntil) { answer in
            counts.calls.ended(took: began.duration(to: .now))
            record(item, answer)
        }
    }

    func leave(_ items: [ClaimedNotification], _ reason: LeaveReason) {
        // Claims in doubt are left alone: one that was not made after all may be claimed again by now, with the same
        // fence; one that was made comes free when its lease ends.
        guard reason == .notBegun else { return }
        for item in items { record(item, .notTried) }
    }

    func close() async { await claimer.close() }

    private func deliver(
        _ item: ClaimedNotification, gateUntil: ContinuousClock.Instant, tell: @Sendable (DeliveryAnswer) -> Void
    ) async {
        guard item.isWanted else { return tell(.over("The endpoint is disabled or deleted.")) }
        guard let content = item.content else { return tell(.over("The notification is no longer kept.")) }
        guard !item.isPastTime else { return tell(.over("Its time is over.")) }
        let endpoint = item.key.endpointID
        let secrets = (item.oldestVersion...item.secretVersion).reversed().map {
            key.secret(of: endpoint, version: $0)
        }
        // Receivers refuse what was signed minutes from their time. So the time is the database's, as everywhere, and not
        // that of this machine, whose clock nobody else would miss: that of the claim, and how long ago that was.
        let claimed = gateUntil.advanced(by: .zero - AlertingConfiguration.gateSpan)
        let request = DeliveryRequest(
            id: item.key.notificationID, content: content, secrets: secrets,
            now: item.claimedAt + claimed.duration(to: .now))
        await client.post(
            request, to: item.url, gate: CallGate(until: gateUntil), timeout: configuration.timeout, tell: tell)
    }

    private func record(_ item: ClaimedNotification, _ answer: DeliveryAnswer) {
        let report = DeliveryReport(item, answer, jitter: .random(in: 0..<1))
        if let time = report.decision.throttle {
            let now = ContinuousClock.now
            throttle.hold(item.key.endpointID, until: now.advanced(by: time), now: now)
        }
        counts.recorded(report.decision.outcome)
        recorder.record(CollectionOfOne(report))
    }
}
