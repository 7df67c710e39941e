import Domain
import NIOCore

/// The sandbox's shell on its event loop: performs what ``SandboxState`` decides. Nothing here is locked.
final class SandboxLoop {
    let loop: any EventLoop
    let configuration: SandboxConfiguration
    var state: SandboxState

    private let now: @Sendable () -> Timestamp
    private let log: AcceptLog?
    private let receipts: ReceiptSender
    private var connections: [ObjectIdentifier: any Channel] = [:]
    private var callsWaiting = 0
    private var isStopped = false

    init(
        _ configuration: SandboxConfiguration, log: AcceptLog?, loop: any EventLoop,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.configuration = configuration
        self.log = log
        self.loop = loop
        self.now = now
        receipts = ReceiptSender(loop: loop, limits: configuration.receipts)
        state = SandboxState(
            script: configuration.script, seed: configuration.seed,
            idSalt: configuration.idSalt ?? UInt64(bitPattern: now().microseconds),
            recordsMax: configuration.recordsMax,
            phonesMax: configuration.phonesMax)
    }

    /// Counts a connection; false if there is no room for it.
    func add(_ channel: any Channel) -> Bool {
        guard !isStopped, connections.count < configuration.connectionsMax else { return false }
        connections[ObjectIdentifier(channel)] = channel
        return true
    }

    /// A connection has ended.
    func remove(_ channel: any Channel) {
        connections[ObjectIdentifier(channel)] = nil
    }

    /// Ends all connections. Calls that wait for their answers get none; the log has what was accepted.
    func stop() {
        isStopped = true
        receipts.close()
        for channel in Array(connections.values) { channel.close(promise: nil) }
    }

    /// Answers a request; `reply` is called once, later or at once.
    func handle(_ request: SandboxRequest, _ reply: @escaping (SandboxReply) -> Void) {
        guard let route = SandboxRoute(path: request.path) else { return reply(.text(status: 404, "no such path")) }
        guard route.methods.contains(request.method) else { return reply(.text(status: 405, "another method")) }
        switch route {
        case .sendForm: sendForm(request, reply)
        case .sendSigned: sendSigned(request, reply)
        case .record: reply(.json(record(request)))
        case .dayList: reply(.json(dayList(request)))
        case .commonBalance: reply(.json(commonBalance(request)))
        case .customerBalance: reply(.json(customerBalance(request)))
        case .accepted:
            let lines = state.accepted.flatMap(\.logLine)
            reply(.http(status: 200, contentType: "application/x-ndjson", body: lines))
        case .counts: reply(.json(state.counts.json))
        case .script: reply(script(request))
        }
    }

    /// The provider's clock for signatures.
    private var clock: Timestamp { now().moved(by: state.script.clockAhead) }

    private func script(_ request: SandboxRequest) -> SandboxReply {
        guard request.method == .POST else { return .text(status: 200, state.script.description) }
        do {
            state.script = try SandboxScript(String(decoding: request.body, as: UTF8.self))
            return .text(status: 200, state.script.description)
        } catch {
            return .text(status: 400, error.description)
        }
    }
}

// MARK: Sending

extension SandboxLoop {
    private func sendForm(_ request: SandboxRequest, _ reply: @escaping (SandboxReply) -> Void) {
        state.counts.calls += 1
        guard request.isForm, let fields = FormFields(request.body) else {
            return refuse(.wrongParameter, SendAnswer.form, reply)
        }
        guard hasKeys(fields) else { return refuse(.wrongKey, SendAnswer.form, reply) }
        send(.form, { fields[$0] }, SendAnswer.form, reply)
    }

    private func sendSigned(_ request: SandboxRequest, _ reply: @escaping (SandboxReply) -> Void) {
        state.counts.calls += 1
        if let problem = SignedCall.send.problem(
            request.headers, body: request.body, access: configuration.access, now: clock)
        {
            return refuse(problem, SendAnswer.signed, reply)
        }
        guard let fields = JSONFields(request.body) else { return refuse(.wrongBusiness, SendAnswer.signed, reply) }
        guard fields["appKey"] == configuration.access.appKey else {
            return refuse(.wrongKey, SendAnswer.signed, reply)
        }
        send(.json, { fields[$0] }, SendAnswer.signed, reply)
    }

    private func hasKeys(_ fields: FormFields) -> Bool {
        fields["appkey"] == configuration.access.appKey
            && fields["secretkey"] == configuration.access.secretKey.revealed
    }

    private func send(
        _ names: SendCall.Names, _ value: (String) -> String?, _ answer: @escaping (ResultCode, String) -> [UInt8],
        _ reply: @escaping (SandboxReply) -> Void
    ) {
        do {
            let call = try SendCall(names, value)
            switch state.decide(call, at: now()) {
            case .refused(let code): refuse(code, answer, reply)
            case .follow(let plan, let messageID, let acceptances):
                follow(plan, messageID, acceptances, answer, reply)
            }
        } catch {
            refuse(error.code, answer, reply)
        }
    }

    private func refuse(
        _ code: ResultCode, _ answer: (ResultCode, String) -> [UInt8], _ reply: (SandboxReply) -> Void
    ) {
        state.counts.fates["code:\(code.code)", default: 0] += 1
        reply(.json(answer(code, "")))
    }

    private func follow(
        _ plan: SandboxPlan, _ messageID: String, _ acceptances: [Acceptance],
        _ answer: (ResultCode, String) -> [UInt8], _ reply: @escaping (SandboxReply) -> Void
    ) {
        if let log, !acceptances.isEmpty, !log.append(acceptances.flatMap(\.logLine)) {
            return refuse(.systemError, answer, reply)
        }
        state.counts.fates[plan.fate.name, default: 0] += 1
        state.accept(acceptances)
        callsWaiting += 1
        state.counts.callsWaitingPeak = max(state.counts.callsWaitingPeak, callsWaiting)
        let answered = self.reply(plan, messageID, answer)
        let early = acceptances.filter { $0.report.timing == .beforeAnswer }
        let gate = AnswerGate(missing: 1 + early.count) { [self] in
            callsWaiting -= 1
            reply(answered)
        }
        for acceptance in acceptances { report(acceptance, gate) }
        if !early.isEmpty { after(configuration.earlyReceiptWaitMax) { gate.force() } }
        after(plan.delay) { gate.pass() }
    }

    private func reply(
        _ plan: SandboxPlan, _ messageID: String, _ answer: (ResultCode, String) -> [UInt8]
    ) -> SandboxReply {
        switch plan.fate {
        case .accepted, .hang: .json(answer(.accepted, messageID))
        case .code(let code): .json(answer(ResultCode(code: code), ""))
        case .drop, .lost: .close
        case .garbage, .garbageLost:
            plan.garbage == .noHTTP ? .raw(plan.garbage.bytes) : .json(plan.garbage.bytes)
        case .http(let status):
            .http(
                status: status, contentType: "text/html", body: Array("<html><body>\(status)</body></html>".utf8),
                retryAfterSeconds: state.script.retryAfter.map { $0.components.seconds })
        }
    }

    private func after(_ duration: Duration, _ work: @escaping () -> Void) {
        if duration <= .zero { return work() }
        loop.assumeIsolated().scheduleTask(in: TimeAmount(duration)) { work() }
    }
}

// MARK: Receipts

extension SandboxLoop {
    /// Sends what is to be reported, now or when it is due; `gate` is passed once a receipt came before the answer.
    private func report(_ acceptance: Acceptance, _ gate: AnswerGate) {
        let count = acceptance.report.receiptCount
        let isEarly = acceptance.report.timing == .beforeAnswer
        guard count > 0 else { return }
        guard let url = acceptance.receiptURL ?? configuration.receiptURL, let address = ReceiptAddress(url) else {
            state.counts.receiptsUnaddressed += count
            if isEarly { gate.pass() }
            return
        }
        state.counts.receiptsWaiting += count
        switch acceptance.report.timing {
        case .beforeAnswer: callBack(acceptance, address) { gate.pass() }
        case .after(let delay): after(delay) { [self] in callBack(acceptance, address) {} }
        case .never, .silent: return
        }
    }

    private func callBack(_ acceptance: Acceptance, _ address: ReceiptAddress, _ done: @escaping () -> Void) {
        let report = acceptance.report
        let final = address.request(ReceiptText.final(acceptance), report.form)
        // Both of a pair are under way at once, as duplicates are; what is reordered comes when neither can come later.
        var underWay = report.isDoubled ? 2 : 1
        for _ in 0..<underWay {
            callBack(final, address) { [self] in
                underWay -= 1
                guard underWay == 0 else { return }
                if report.hasOlderReport {
                    callBack(address.request(ReceiptText.older(acceptance), report.form), address) {}
                }
                done()
            }
        }
    }

    private func callBack(_ bytes: [UInt8], _ address: ReceiptAddress, _ done: @escaping () -> Void) {
        receipts.send(bytes, to: address.server) { [self] outcome in
            state.counts.receiptsWaiting -= 1
            switch outcome {
            case .delivered: state.counts.receiptsDelivered += 1
            case .refused: state.counts.receiptsRefused += 1
            case .failed: state.counts.receiptsFailed += 1
            }
            done()
        }
    }
}

// MARK: Records and balance

extension SandboxLoop {
    /// How many days back the record query reaches.
    private static let recordDaysMax: Int32 = 31
    /// `page_size` is below this.
    private static let pageSizeEnd = 1_000

    private func record(_ request: SandboxRequest) -> [UInt8] {
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

    private func dayList(_ request: SandboxRequest) -> [UInt8] {
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

    private func commonBalance(_ request: SandboxRequest) -> [UInt8] {
        state.counts.balanceQueries += 1
        if request.headers.contains(name: "accessKey") {
            if let problem = SignedCall.commonBalance.problem(
                request.headers, body: request.body, access: configuration.access, now: clock)
            {
                return BalanceAnswer.signedRefused(problem)
            }
            return BalanceAnswer.common(state.script.balance)
        }
        guard request.isForm, let fields = FormFields(request.body) else {
            return BalanceAnswer.formRefused(.wrongParameter)
        }
        guard hasKeys(fields) else { return BalanceAnswer.formRefused(.wrongKey) }
        return BalanceAnswer.form(state.script.balance)
    }

    private func customerBalance(_ request: SandboxRequest) -> [UInt8] {
        state.counts.balanceQueries += 1
        if let problem = SignedCall.customerBalance.problem(
            request.headers, body: request.body, access: configuration.access, now: clock)
        {
            return BalanceAnswer.signedRefused(problem)
        }
        guard state.admitsBalance(at: now()) else { return BalanceAnswer.signedRefused(.askedTooOften) }
        return BalanceAnswer.customer(state.script.balance)
    }
}
