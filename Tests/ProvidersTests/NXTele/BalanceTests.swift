import Testing

@testable import Providers

@Suite struct BalanceTests {
    private let sender = NXTeleSenders.form

    @Test(arguments: [
        (NXTeleReplySample.balance, BalanceAnswer.balance(amount: "3788.32", credit: "500", currency: nil)),
        (NXTeleReplySample.signedBalance, .balance(amount: "717493.1709235484", credit: "0.0", currency: nil)),
        (NXTeleReplySample.newestBalance, .balance(amount: "111694.16", credit: "500.00", currency: "CNY")),
        (#"{"code":"0","balance":"-12.5"}"#, .balance(amount: "-12.5", credit: nil, currency: nil)),
        (#"{"code":"0","balance":0.10}"#, .balance(amount: "0.10", credit: nil, currency: nil)),
        (#"{"code":0,"balance":"1","credit":"-5"}"#, .balance(amount: "1", credit: nil, currency: nil)),
        (#"{"code":0,"balance":"1","credit":"none"}"#, .balance(amount: "1", credit: nil, currency: nil)),
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

    @Test(
        arguments: [
            ("0.01", nil, true), ("0.00", nil, false), ("0", "0.0", false), ("0.00", "500", true),
            ("-12.5", nil, false),
            ("-12.5", "500.00", true), ("-12.5", "12.50", false), ("-12.5", "12.51", true), ("-0.00", "0", false),
            ("-717493.1709235484", "717493.1709235485", true), ("12.5", "0", true),
        ] as [(String, String?, Bool)])
    func `there is money where amount and credit together are above zero`(
        amount: String, credit: String?, hasMoney: Bool
    ) {
        #expect(BalanceAnswer.balance(amount: amount, credit: credit, currency: nil).hasMoney == hasMoney)
    }

    @Test(arguments: [
        #"{"code":"0","balance":"-12.5","credit_balance":"500"}"#,
        #"{"code":0,"data":{"balance":"-12.5","credit":"500.0"}}"#,
        #"{"code":0,"data":{"currency":"CNY","amount_cus":"-12.5","credit_cus":"500.00"}}"#,
    ])
    func `an account on credit has money in every form of the answer`(body: String) {
        #expect(sender.balanceResult(of: reply(body)).hasMoney)
    }

    @Test(arguments: [BalanceAnswer.tooOften, .refused(code: "1005"), .unreadable])
    func `there is none in what is no balance`(answer: BalanceAnswer) {
        #expect(!answer.hasMoney)
    }

    @Test func `without a code only the rate is told by the status`() {
        #expect(sender.balanceResult(of: reply("", status: 429)) == .tooOften)
        #expect(sender.balanceResult(of: reply("", status: 500)) == .unreadable)
    }
}
