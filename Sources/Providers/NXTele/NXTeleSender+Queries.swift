import Domain

extension NXTeleSender {
    /// See ``SendingProvider/lookUpResult(of:)``.
    package func lookUpResult(of reply: ProviderReply) -> RecordAnswer {
        let read = NXTeleReply(reply.body)
        guard let code = read.code else { return reply.status == 429 ? .tooOften : .unreadable }
        switch code {
        case 0: break
        case 1: return .invalid
        case 3: return .tooOld
        case _ where Self.isTooOften(code): return .tooOften
        default: return .refused(code: String(code))
        }
        if read.isEmpty(.row) { return .notFound }
        guard let json = read.json(.row), let record = NXTeleRecord.read(json) else { return .unreadable }
        return .found(record)
    }

    /// See ``SendingProvider/dayListResult(of:)``. NXTele names no code for a day that is too old.
    package func dayListResult(of reply: ProviderReply) -> DayListAnswer {
        let read = NXTeleReply(reply.body, bytesMax: ReplyLimits.dayListBytesMax)
        guard let code = read.code else { return reply.status == 429 ? .tooOften : .unreadable }
        if Self.isTooOften(code) { return .tooOften }
        if code == 1 { return .invalid }
        guard code == 0 else { return .refused(code: String(code)) }
        guard let info = read.object(.info), let total = try? info.count(.total) else { return .unreadable }
        guard let json = info.json(.rows) else {
            // A day without messages may have no rows at all; one with some must have them.
            return total == 0 ? .page(records: [], total: 0) : .unreadable
        }
        guard let records = NXTeleRecord.readList(json) else { return .unreadable }
        return .page(records: records, total: Int(total))
    }

    /// See ``SendingProvider/balanceResult(of:)``. All three forms of the answer are read.
    package func balanceResult(of reply: ProviderReply) -> BalanceAnswer {
        let read = NXTeleReply(reply.body)
        guard let code = read.code else { return reply.status == 429 ? .tooOften : .unreadable }
        if Self.isTooOften(code) || code == 211 { return .tooOften }
        guard code == 0 else { return .refused(code: String(code)) }
        let data = read.object(.data)
        func text(_ field: NXTeleReplyField, _ rule: TextRule) -> String? {
            data.flatMap { NXTeleReply.text($0, field, rule) } ?? read.text(field, rule)
        }
        guard let amount = text(.customerBalance, .number) ?? text(.balance, .number),
            Self.isDecimal(amount.hasPrefix("-") ? amount.dropFirst() : amount[...])
        else { return .unreadable }
        // Which member it is depends on the form of the answer. A credit that is no number is ignored: the amount still
        // counts.
        let credit = text(.customerCredit, .number) ?? text(.credit, .number) ?? text(.creditBalance, .number)
        return .balance(
            amount: amount, credit: credit.flatMap { Self.isDecimal($0[...]) ? $0 : nil },
            currency: text(.currency, .code))
    }

    /// 5 in the record queries, 28 the application's rate, 429 the same said by a gateway.
    static func isTooOften(_ code: Int32) -> Bool {
        code == 5 || code == 28 || code == 429
    }

    /// Digits with at most one point between them.
    private static func isDecimal(_ text: Substring) -> Bool {
        Amount(text) != nil && !text.contains("+")
    }
}
