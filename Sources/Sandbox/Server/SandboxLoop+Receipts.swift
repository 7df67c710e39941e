/// Reports on what was accepted.
extension SandboxLoop {
    /// Sends what is to be reported, now or when it is due; `gate` is passed once a receipt came before the answer.
    func report(_ acceptance: Acceptance, _ gate: AnswerGate) {
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
