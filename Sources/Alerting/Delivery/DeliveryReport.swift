import Domain
import Store

/// What a try brought, and what follows from it.
struct DeliveryReport: Sendable {
    let item: ClaimedNotification
    /// Decided once: writing it again says the same.
    let decision: DeliveryDecision

    init(_ item: ClaimedNotification, _ answer: DeliveryAnswer, jitter: Double) {
        self.item = item
        decision = DeliveryDecision(answer, triesBefore: item.triesBefore, jitter: jitter)
    }

    var settlement: NotificationSettlement {
        NotificationSettlement(
            key: item.key, fence: item.fence, dueAfter: decision.dueAfter, counts: decision.outcome != nil)
    }

    /// What is written down: the try, and after the last one that there will be no other.
    var rows: [DeliveryRow] {
        guard let outcome = decision.outcome else { return [] }
        var rows = [
            DeliveryRow(
                key: item.key, outcome: outcome, statusCode: decision.statusCode, detail: decision.detail)
        ]
        if decision.isGivenUp {
            rows.append(
                DeliveryRow(
                    key: item.key, outcome: .givenUp,
                    detail: "The schedule is over after \(DeliverySchedule.triesMax) tries."))
        }
        return rows
    }

    /// What it says of the endpoint; nil where it was not tried.
    var result: EndpointResult? {
        switch decision.outcome {
        case .delivered: EndpointResult(id: item.key.endpointID, url: item.url, succeeded: true, isGone: false)
        case .gone: EndpointResult(id: item.key.endpointID, url: item.url, succeeded: false, isGone: true)
        case .refused, .failed, .blocked:
            EndpointResult(id: item.key.endpointID, url: item.url, succeeded: false, isGone: false)
        case .givenUp, nil: nil
        }
    }
}
