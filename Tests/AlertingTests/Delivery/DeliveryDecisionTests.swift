import Domain
import Store
import Testing

@testable import Alerting

@Suite struct `What follows from an answer` {
    private func decision(_ answer: DeliveryAnswer, triesBefore: Int32 = 0) -> DeliveryDecision {
        DeliveryDecision(answer, triesBefore: triesBefore, jitter: 0.5)
    }

    @Test(arguments: [200, 201, 202, 204, 299])
    func `2xx is delivered`(code: Int) {
        let decision = decision(.status(code, retryAfter: .seconds(5)))
        #expect(decision.outcome == .delivered && decision.dueAfter == nil && !decision.isGivenUp)
        #expect(decision.statusCode == Int32(code) && decision.detail == nil && decision.throttle == nil)
    }

    @Test(arguments: [301, 302, 307, 308, 400, 401, 404, 409, 500, 503, 199, 600])
    func `any other is a failure that is tried again`(code: Int) {
        let decision = decision(.status(code, retryAfter: nil))
        #expect(decision.outcome == .refused && decision.dueAfter == .seconds(5) && decision.throttle == nil)
    }

    @Test func `410 ends it`() {
        let decision = decision(.status(410, retryAfter: nil))
        #expect(decision.outcome == .gone && decision.dueAfter == nil && !decision.isGivenUp)
        // What else is queued for it is not tried while that is being written.
        #expect(decision.throttle == DeliveryDecision.throttleDefault)
    }

    @Test(arguments: [429, 502, 504])
    func `some ask for patience with the endpoint, for as long as they say, within bounds`(code: Int) {
        #expect(decision(.status(code, retryAfter: nil)).throttle == DeliveryDecision.throttleDefault)
        let minute = decision(.status(code, retryAfter: .seconds(60)))
        #expect(minute.throttle == .seconds(60) && minute.dueAfter == .seconds(60))
        let ever = decision(.status(code, retryAfter: .seconds(999_999_999)))
        #expect(ever.throttle == DeliveryDecision.throttleMax && ever.dueAfter == DeliverySchedule.retryAfterMax)
    }

    @Test(arguments: [
        (DeliveryAnswer.failed("x"), DeliveryOutcome.failed), (.blocked("x"), .blocked),
        (.status(500, retryAfter: nil), .refused),
    ])
    func `the last try gives up`(answer: DeliveryAnswer, outcome: DeliveryOutcome) {
        #expect(decision(answer, triesBefore: 8).dueAfter == .seconds(24 * 3_600))
        let last = decision(answer, triesBefore: 9)
        #expect(last.outcome == outcome && last.dueAfter == nil && last.isGivenUp)
    }

    @Test func `what was not tried stays as it is, and what is over ends`() {
        let notTried = decision(.notTried)
        #expect(notTried.outcome == nil && notTried.dueAfter == .zero && !notTried.isGivenUp)
        let over = decision(.over("x"))
        #expect(over.outcome == .givenUp && over.dueAfter == nil && over.detail == "x")
    }
}

@Suite struct `The body of a delivery` {
    private let time = Timestamp(microseconds: 1_700_000_000_123_456)

    @Test func `has the type, the time of the event, and the data as they are`() {
        let body = DeliveryBody.bytes(type: "sms.failed", time: time, data: #"{"a": "ü"}"#)
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"type":"sms.failed","timestamp":"\#(time.iso8601)","data":{"a": "ü"}}"#)
        #expect(time.iso8601.hasPrefix("2023-11-14T22:13:20"))
    }

    @Test func `is never longer than its bound`() {
        let frame = DeliveryBody.bytes(type: "a.b", time: time, data: "").count
        let fits = "\"" + String(repeating: "x", count: DeliveryBody.bytesMax - frame - 2) + "\""
        #expect(DeliveryBody.bytes(type: "a.b", time: time, data: fits).count == DeliveryBody.bytesMax)
        let cut = DeliveryBody.bytes(type: "a.b", time: time, data: fits + " ")
        #expect(String(decoding: cut, as: UTF8.self).hasSuffix(#""data":{"omitted":true}}"#))
    }
}
