import Domain

/// What was accepted, asked for later, and the balance.
extension SandboxLoop {
    /// How many days back the record query reaches.
    private static let recordDaysMax: Int32 = 31
    /// `page_size` is below this.
    private static let pageSizeEnd = 1_000

    func record(_ request: SandboxRequest) -> [UInt8] {
        state.counts.recordQueries += 1
        guard request.isForm, let fields = FormFields(request.body) else {
            return RecordAnswer.refused(.wrongParameters)
        }
        guard hasKeys(fields) else { return RecordAnswer.refused(.wrongKeys) }
        guard let day = day(fields), let messageID = fields["messageid"] else {
            return RecordAnswer.refused(.wrongParameters)
        }
        guard isRecent(day) else { return RecordAnswer.refused(.tooOldOrWrongPage) }
        return RecordAnswer.single(state.record(messageID, on: day), at: now())
    }

    func dayList(_ request: SandboxRequest) -> [UInt8] {
        state.counts.recordQueries += 1
        guard request.isForm, let fields = FormFields(request.body) else {
            return RecordAnswer.refused(.wrongParameters)
        }
        guard hasKeys(fields) else { return RecordAnswer.refused(.wrongKeys) }
        guard let day = day(fields), isRecent(day), let size = fields["page_size"], let page = fields["page"] else {
            return RecordAnswer.refused(.wrongParameters)
        }
        guard let size = Int(size), 1..<Self.pageSizeEnd ~= size, let page = Int(page), 1...1_000_000 ~= page else {
            return RecordAnswer.refused(.tooOldOrWrongPage)
        }
        guard state.admitsList(at: now()) else { return RecordAnswer.refused(.tooOften) }
        var records = state.records(on: day)
        if fields["sort_type"] == "1" { records.reverse() }
        let start = min((page - 1) * size, records.count)
        let end = min(start + size, records.count)
        return RecordAnswer.list(records[start..<end], total: records.count, page: page, pageSize: size, at: now())
    }

    /// `yyyyMMdd`.
    private func day(_ fields: FormFields) -> CivilDate? {
        guard let text = fields["date"], text.utf8.count == 8, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let digits = Int(text)
        else { return nil }
        return CivilDate(year: digits / 10_000, month: digits / 100 % 100, day: digits % 100)
    }

    private func isRecent(_ day: CivilDate) -> Bool {
        state.day(at: now()).daysSinceEpoch - day.daysSinceEpoch <= Self.recordDaysMax
    }

    func commonBalance(_ request: SandboxRequest) -> [UInt8] {
        state.counts.balanceQueries += 1
        if request.headers.contains(name: "accessKey") {
            if let problem = SignedCall.commonBalance.problem(
                request.headers, body: request.body, access: configuration.access, now: clock)
            {
                return BalanceAnswer.signedRefused(problem)
            }
            return BalanceAnswer.common(state.script.balance, credit: state.script.credit)
        }
        guard request.isForm, let fields = FormFields(request.body) else {
            return BalanceAnswer.formRefused(.wrongParameter)
        }
        guard hasKeys(fields) else { return BalanceAnswer.formRefused(.wrongKey) }
        return BalanceAnswer.form(state.script.balance, credit: state.script.credit)
    }

    func customerBalance(_ request: SandboxRequest) -> [UInt8] {
        state.counts.balanceQueries += 1
        if let problem = SignedCall.customerBalance.problem(
            request.headers, body: request.body, access: configuration.access, now: clock)
        {
            return BalanceAnswer.signedRefused(problem)
        }
        guard state.admitsBalance(at: now()) else { return BalanceAnswer.signedRefused(.askedTooOften) }
        return BalanceAnswer.customer(state.script.balance, credit: state.script.credit)
    }
}
