import Domain
import Testing

struct AttemptStateTests {
    @Test func `the legal steps are these and no others`() {
        let legal: [AttemptState: Set<AttemptState>] = [
            .prepared: [.dispatched, .notSent],
            .dispatched: [.accepted, .rejected, .unclear, .notSent],
            .unclear: [.accepted, .rejected, .notSent],
            .notSent: [.accepted],
        ]
        for from in AttemptState.allCases {
            for to in AttemptState.allCases {
                #expect(from.canBecome(to) == (legal[from]?.contains(to) ?? false), "\(from) to \(to)")
            }
        }
    }

    @Test func `names are those of the schema`() {
        #expect(
            AttemptState.allCases.map(\.rawValue)
                == ["prepared", "dispatched", "accepted", "rejected", "unclear", "not_sent"])
        #expect(EntryStatus.allCases.map(\.rawValue) == ["sent", "failed", "pending"])
        #expect(
            Set(DeliveryState.allCases.map(\.rawValue)) == [
                "scheduled", "queued", "dispatched", "unclear", "accepted", "delivered", "undelivered", "rejected",
                "expired", "cancelled", "unconfirmed",
            ])
    }
}
