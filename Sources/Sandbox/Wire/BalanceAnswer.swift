/// The answers of the balance queries (providers.md §1.6), in the form and spacing of the documentation's samples,
/// whose credit they have, too, where none is given.
enum BalanceAnswer {
    /// The older address with application keys.
    static func form(_ balance: String, credit: String? = nil) -> [UInt8] {
        Array(#"{"code": "0","balance": "\#(balance)", "credit_balance":"\#(credit ?? "500")"}"#.utf8)
    }

    /// The older address with application keys, refused.
    static func formRefused(_ code: ResultCode) -> [UInt8] {
        Array(#"{"code": "\#(code.code)"}"#.utf8)
    }

    /// The older address, signed.
    static func common(_ balance: String, credit: String? = nil) -> [UInt8] {
        signed(#"{"balance":"\#(balance)","credit":"\#(credit ?? "0.0")"}"#)
    }

    /// The newest address.
    static func customer(_ balance: String, credit: String? = nil) -> [UInt8] {
        signed(#"{"currency":"CNY","amount_cus":"\#(balance)","credit_cus":"\#(credit ?? "500.00")"}"#)
    }

    /// A signed one, refused.
    static func signedRefused(_ code: ResultCode) -> [UInt8] {
        Array(#"{"code":\#(code.code),"message":"\#(code.words)","data":null,"traceId":"\#(trace)"}"#.utf8)
    }

    private static let trace = "5f2b1c0d9e8a7b6c"

    private static func signed(_ data: String) -> [UInt8] {
        Array(#"{"code":0,"message":"Success","data":\#(data),"traceId":"\#(trace)"}"#.utf8)
    }
}
