import Domain
import Testing

@testable import Sandbox

struct SandboxStateTests {
    /// 2026-03-01 12:00 UTC.
    private static let start = Timestamp(microseconds: 1_772_366_400_000_000)

    private func state(_ script: String, recordsMax: Int = 100, phonesMax: Int = 100) throws -> SandboxState {
        SandboxState(
            script: try SandboxScript(script), seed: 1, idSalt: 0, recordsMax: recordsMax, phonesMax: phonesMax)
    }

    private func call(_ phone: String, _ content: String = "abc", id: String? = nil) throws -> SendCall {
        let fields = ["phone": phone, "content": content, "sys_messageid": id ?? ""]
        return try SendCall(.form) { fields[$0].flatMap { $0.isEmpty ? nil : $0 } }
    }

    /// Accepts the call if it is to be; the code of a refusal.
    @discardableResult
    private func take(_ state: inout SandboxState, _ call: SendCall, after: Duration = .zero) -> String? {
        switch state.decide(call, at: Self.start + after) {
        case .refused(let code): return code.code
        case .follow(_, _, let acceptances):
            state.accept(acceptances)
            return nil
        }
    }

    @Test func `the same text to the same phone is refused for five minutes`() throws {
        var state = try state("dedupe=on")
        #expect(take(&state, try call("4915112345678")) == nil)
        #expect(take(&state, try call("4915112345678")) == "26")
        #expect(take(&state, try call("4915112345678", "another")) == nil)
        #expect(take(&state, try call("4915112345679")) == nil)
        #expect(take(&state, try call("4915112345678"), after: .milliseconds(299_999)) == "26")
        #expect(take(&state, try call("4915112345678"), after: .seconds(300)) == nil)
        #expect(state.counts.accepted == 4)
    }

    @Test func `what was not accepted is no earlier text`() throws {
        var state = try state("dedupe=on,http500=1")
        #expect(take(&state, try call("4915112345678")) == nil)
        #expect(state.counts.accepted == 0)
        state.script = try SandboxScript("dedupe=on")
        #expect(take(&state, try call("4915112345678")) == nil)
        #expect(state.counts.accepted == 1)
    }

    @Test func `no second has more calls than it may, wherever it begins`() throws {
        var state = try state("tps=2")
        let codes = try [0, 600, 700, 999, 1_000, 1_599, 1_600, 1_700].map {
            take(&state, try call("491511234567\($0 % 10)"), after: .milliseconds($0)) ?? "0"
        }
        #expect(codes == ["0", "0", "28", "28", "0", "28", "0", "28"])
    }

    @Test func `a refused call uses up no plan`() throws {
        var one = try state("drop=0.5,tps=1")
        var other = try state("drop=0.5")
        for second in 0..<20 {
            let call = try call("4915112345678")
            let ours = one.decide(call, at: Self.start + .seconds(second))
            #expect(take(&one, call, after: .milliseconds(second * 1_000 + 500)) == "28")
            guard case .follow(let plan, _, _) = ours,
                case .follow(let expected, _, _) = other.decide(call, at: Self.start)
            else {
                Issue.record("refused")
                return
            }
            #expect(plan == expected)
        }
    }

    @Test func `several numbers share an id and have ten digits of their own, and the caller's id is left out`() throws
    {
        var state = try state("own-id=on")
        let call = try call("4915112345678,4915112345679", id: "20d6c660bd664c65bef20026564b0b79")
        guard case .follow(_, let messageID, let acceptances) = state.decide(call, at: Self.start) else {
            Issue.record("refused")
            return
        }
        #expect(acceptances.map(\.phone) == ["4915112345678", "4915112345679"])
        #expect(messageID.utf8.count == 32)
        #expect(messageID != "20d6c660bd664c65bef20026564b0b79")
        #expect(Set(acceptances.map(\.messageID)).count == 2)
        for acceptance in acceptances {
            #expect(acceptance.systemMessageID == nil)
            #expect(acceptance.messageID.hasPrefix("\(messageID)-"))
            #expect(acceptance.messageID.wholeMatch(of: /[0-9a-f]{32}-[0-9]{10}/) != nil)
        }
    }

    @Test func `memory is bounded, and a forgotten record is not found`() throws {
        var state = try state("own-id=on", recordsMax: 3)
        for number in 0..<5 { take(&state, try call("491511234567\(number)", id: "message-id-\(number)")) }
        #expect(state.accepted.map(\.messageID) == ["message-id-2", "message-id-3", "message-id-4"])
        #expect(state.counts.accepted == 5)
        #expect(state.counts.forgotten == 2)
        let day = state.day(at: Self.start)
        #expect(state.record("message-id-1", on: day) == nil)
        #expect(state.record("message-id-4", on: day)?.phone == "4915112345674")
        #expect(state.record("message-id-4", on: CivilDate(daysSinceEpoch: day.daysSinceEpoch - 1)) == nil)
    }

    @Test func `a day is the provider's`() throws {
        var state = try state("utc-offset=13h")
        take(&state, try call("4915112345678"))
        #expect(state.accepted.first?.day.description == "2026-03-02")
        #expect(state.accepted.first?.sendTime == "2026-03-02 01:00:00")
    }

    @Test func `beyond the phones that are counted all counts start anew`() throws {
        var state = try state("drop=0.5", phonesMax: 1)
        guard case .follow(let first, _, _) = state.decide(try call("4915112345678"), at: Self.start) else { return }
        _ = state.decide(try call("4915112345679"), at: Self.start)
        guard case .follow(let again, _, _) = state.decide(try call("4915112345678"), at: Self.start) else { return }
        #expect(first == again)
    }
}
