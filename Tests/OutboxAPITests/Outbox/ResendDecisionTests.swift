import Domain
import PostgresClient
import Store
import Testing

@testable import OutboxAPI

@Suite struct ResendDecisionTests {
    static func attempt(_ state: AttemptState, cycle: Int32 = 0, ranks: [Int16] = []) -> AttemptRecord {
        AttemptRecord(
            id: AttemptID(rawValue: 1), cycle: cycle, number: 1, provider: "nxtele", state: state, counts: true,
            preparedAt: Timestamp(microseconds: 0),
            receipts: ranks.map {
                AttemptReceipt(
                    source: .webhook, receivedAt: Timestamp(microseconds: 0), status: "", result: "",
                    reportedTime: "", rank: $0)
            })
    }

    private func facts(
        _ status: EntryStatus, _ deliveryState: DeliveryState, cycle: Int32 = 0, isQueued: Bool = false,
        _ attempts: [AttemptRecord] = []
    ) -> ResendFacts {
        ResendFacts(
            status: status, deliveryState: deliveryState, cycle: cycle, isQueued: isQueued, attempts: attempts,
            resendsMax: 2)
    }

    @Test func `only what failed is resent, and no more often than allowed`() {
        #expect(decideResend(facts(.pending, .queued), allowDuplicate: true) == .notFailed)
        #expect(decideResend(facts(.sent, .delivered), allowDuplicate: true) == .notFailed)
        #expect(decideResend(facts(.failed, .rejected, isQueued: true), allowDuplicate: true) == .notFailed)
        #expect(decideResend(facts(.failed, .cancelled), allowDuplicate: true) == .cancelled)
        #expect(decideResend(facts(.failed, .expired), allowDuplicate: false) == .resend)
        #expect(decideResend(facts(.failed, .expired, cycle: 1), allowDuplicate: false) == .resend)
        #expect(decideResend(facts(.failed, .expired, cycle: 2), allowDuplicate: true) == .capReached)
    }

    @Test(
        arguments: [
            (.rejected, [], false), (.notSent, [], false), (.prepared, [], false), (.unclear, [], true),
            (.dispatched, [], true), (.accepted, [], true), (.accepted, [1], true), (.accepted, [1, 2], false),
            (.unclear, [2], false), (.rejected, [1], true), (.notSent, [1], true),
        ] as [(AttemptState, [Int16], Bool)])
    func `what may have arrived takes the user's word`(state: AttemptState, ranks: [Int16], isUnknown: Bool) {
        let attempts = [Self.attempt(state, ranks: ranks), Self.attempt(.rejected)]
        let expected: ResendVerdict = isUnknown ? .outcomeUnknown : .resend
        #expect(decideResend(facts(.failed, .unclear, attempts), allowDuplicate: false) == expected)
        #expect(decideResend(facts(.failed, .unclear, attempts), allowDuplicate: true) == .resend)
        // Of an earlier cycle it was given.
        #expect(decideResend(facts(.failed, .expired, cycle: 1, attempts), allowDuplicate: false) == .resend)
    }
}
