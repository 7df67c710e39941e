import Domain
import Testing

@testable import Sending

@Suite struct VainCallsTests {
    private static let start = ContinuousClock.now
    private static let notWritten = SendOutcome.wait(.notWritten, retryAfter: nil)

    private static func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test(
        arguments: [
            notWritten, .wait(.clockSkew, retryAfter: nil), .wait(.rateLimited, retryAfter: nil), .unclear,
            .retry(retryAfter: nil),
        ] as [SendOutcome])
    func `that nothing has come of any call for a minute is told, and again every five`(_ outcome: SendOutcome) {
        var calls = VainCalls()
        #expect(calls.ended(outcome, at: Self.at(0)) == nil)
        #expect(calls.ended(outcome, at: Self.at(59)) == nil)
        #expect(calls.ended(outcome, at: Self.at(60)) == .vain(calls: 3, for: .seconds(60)))
        #expect(calls.ended(outcome, at: Self.at(359)) == nil)
        #expect(calls.ended(outcome, at: Self.at(360)) == .vain(calls: 5, for: .seconds(360)))
    }

    @Test(
        arguments: [
            .accepted(providerMessageID: "m"), .permanent, .duplicate, .wait(.numberCapped, retryAfter: nil),
        ] as [SendOutcome])
    func `a call of which something came ends the count, and is told where the count was`(_ outcome: SendOutcome) {
        var calls = VainCalls()
        #expect(calls.ended(Self.notWritten, at: Self.at(0)) == nil)
        #expect(calls.ended(outcome, at: Self.at(50)) == nil)
        // From anew.
        #expect(calls.ended(Self.notWritten, at: Self.at(70)) == nil)
        #expect(calls.ended(Self.notWritten, at: Self.at(130)) == .vain(calls: 2, for: .seconds(60)))
        #expect(calls.ended(outcome, at: Self.at(131)) == .over)
        #expect(calls.ended(outcome, at: Self.at(132)) == nil)
    }

    @Test func `a pause neither counts nor ends the count`() {
        var calls = VainCalls()
        #expect(calls.ended(Self.notWritten, at: Self.at(0)) == nil)
        #expect(calls.ended(.pause, at: Self.at(70)) == nil)
        #expect(calls.ended(Self.notWritten, at: Self.at(80)) == .vain(calls: 2, for: .seconds(80)))
    }
}
