import Testing

@testable import Providers

@Suite struct BalanceTests {
    private let sender = NXTeleSenders.form

    @Test(arguments: [
        (NXTeleReplySample.balance, BalanceAnswer.balance(amount: "3788.32", currency: nil)),
        (NXTeleReplySample.signedBalance, .balance(amount: "717493.1709235484", currency: nil)),
        (NXTeleReplySample.newestBalance, .balance(amount: "111694.16", currency: "CNY")),
        (#"{"code":"0","balance":"-12.5"}"#, .balance(amount: "-12.5", currency: nil)),
        (#"{"code":"0","balance":0.10}"#, .balance(amount: "0.10", currency: nil)),
        (#"{"code":211,"message":"busy"}"#, .tooOften), (#"{"code":28}"#, .tooOften),
        (#"{"code":"1005"}"#, .refused(code: "1005")), (#"{"code":-1}"#, .refused(code: "-1")),
        (#"{"code":"0"}"#, .unreadable), (#"{"code":"0","balance":""}"#, .unreadable),
        (#"{"code":"0","balance":"1e3"}"#, .unreadable), (#"{"code":"0","balance":"--1"}"#, .unreadable),
        (#"{"code":"0","balance":"-+1"}"#, .unreadable), (#"{"code":"0","balance":"NaN"}"#, .unreadable),
        (#"{"code":"0","balance":"1,000"}"#, .unreadable), (#"{"balance":"1"}"#, .unreadable), ("", .unreadable),
        (#"{"code":"0","balance":"\#(String(repeating: "9", count: 29))"}"#, .unreadable),
    ])
    func `each answer has its meaning`(body: String, answer: BalanceAnswer) {
        #expect(sender.balanceResult(of: reply(body)) == answer)
    }

    @Test func `without a code only the rate is told by the status`() {
        #expect(sender.balanceResult(of: reply("", status: 429)) == .tooOften)
        #expect(sender.balanceResult(of: reply("", status: 500)) == .unreadable)
    }
}
