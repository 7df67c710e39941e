/// The members of NXTele's answers to our calls, on whatever level they stand.
enum NXTeleReplyField: Int, WireField {
    case code, messageID, result, message
    case row, info, total, rows
    case data, balance, customerBalance, credit, creditBalance, customerCredit, currency

    var wireName: String {
        switch self {
        case .code: "code"
        case .messageID: "messageid"
        case .result: "result"
        case .message: "message"
        case .row: "row"
        case .info: "info"
        case .total: "total"
        case .rows: "rows"
        case .data: "data"
        case .balance: "balance"
        case .customerBalance: "amount_cus"
        case .credit: "credit"
        case .creditBalance: "credit_balance"
        case .customerCredit: "credit_cus"
        case .currency: "currency"
        }
    }
}
