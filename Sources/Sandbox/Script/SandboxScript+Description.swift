import Runtime

extension SandboxScript: CustomStringConvertible {
    /// The text that reads back as this script: what differs from a provider that does nothing wrong.
    package var description: String {
        let made = SandboxScript()
        var items: [String] = []
        func add(_ name: String, _ value: String, if isGiven: Bool) {
            if isGiven { items.append("\(name)=\(value)") }
        }
        add("delay", delay.text, if: delay != made.delay)
        items += fates.map { "\($0.fate.name)=\($0.share)" }
        add("hang-time", hangTime.settingText, if: hangTime != made.hangTime)
        if let retryAfter { items.append("retry-after=\(retryAfter.settingText)") }
        add("tps", "\(callsPerSecondMax)", if: callsPerSecondMax > 0)
        add("dedupe", "on", if: dedupe)
        add("own-id", "on", if: ownID)
        add("lookup-own-id", "off", if: !lookUpOwnID)
        add("receipt-delay", receiptDelay.text, if: receiptDelay != made.receiptDelay)
        for (name, share) in [
            ("receipt-before-answer", receiptBeforeAnswer), ("no-receipt", noReceipt), ("silent", silent),
            ("duplicate-receipt", duplicateReceipt), ("reorder-receipt", reorderReceipt), ("raw-space", rawSpace),
            ("undelivered", undelivered), ("unknown", unknown),
        ] {
            add(name, "\(share)", if: share > 0)
        }
        add("list-interval", listInterval.settingText, if: listInterval > .zero)
        add("balance-interval", balanceInterval.settingText, if: balanceInterval > .zero)
        add("balance", balance, if: balance != made.balance)
        if let credit { items.append("credit=\(credit)") }
        add("clock-ahead", signed(clockAhead), if: clockAhead != .zero)
        add("utc-offset", signed(utcOffset), if: utcOffset != made.utcOffset)
        return items.joined(separator: ",")
    }

    private func signed(_ time: Duration) -> String {
        time < .zero ? "-" + (.zero - time).settingText : time.settingText
    }
}
