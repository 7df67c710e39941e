import NIOCore

/// Calls that send.
extension SandboxLoop {
    func sendForm(_ request: SandboxRequest, _ reply: @escaping (SandboxReply) -> Void) {
        state.counts.calls += 1
        guard request.isForm, let fields = FormFields(request.body) else {
            return refuse(.wrongParameter, SendAnswer.form, reply)
        }
        guard hasKeys(fields) else { return refuse(.wrongKey, SendAnswer.form, reply) }
        send(.form, { fields[$0] }, SendAnswer.form, reply)
    }

    func sendSigned(_ request: SandboxRequest, _ reply: @escaping (SandboxReply) -> Void) {
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

    func hasKeys(_ fields: FormFields) -> Bool {
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

    func after(_ duration: Duration, _ work: @escaping () -> Void) {
        if duration <= .zero { return work() }
        loop.assumeIsolated().scheduleTask(in: TimeAmount(duration)) { work() }
    }
}
