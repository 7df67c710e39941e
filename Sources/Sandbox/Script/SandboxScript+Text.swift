import Runtime

extension SandboxScript {
    /// Reads a script: `name=value`, separated by commas; white space around them and empty parts are passed over.
    ///
    /// - Throws: every problem at once: unknown names, names given twice, values of the wrong form, shares that
    ///   together are more than 1.
    package init(_ text: String) throws(SandboxScriptFailure) {
        self.init()
        guard text.utf8.count <= Self.textBytesMax else {
            throw SandboxScriptFailure(problems: ["A script has at most \(Self.textBytesMax) bytes."])
        }
        var problems: [String] = []
        var seen: Set<String> = []
        for part in text.split(separator: ",") {
            let item = part.trimmingSpace()
            if item.isEmpty { continue }
            let halves = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(halves[0].trimmingSpace())
            let value = halves.count == 2 ? halves[1].trimmingSpace() : ""
            if !seen.insert(name).inserted {
                problems.append("\(name) is given twice.")
            } else if let problem = set(name, to: value) {
                problems.append(problem)
            }
        }
        if fates.reduce(0, { $0 + $1.share }) > 1 + Self.roundingMax {
            problems.append("The shares of \(fates.map(\.fate.name).joined(separator: ", ")) are more than 1 together.")
        }
        if undelivered + unknown > 1 + Self.roundingMax {
            problems.append("The shares of undelivered and unknown are more than 1 together.")
        }
        guard problems.isEmpty else { throw SandboxScriptFailure(problems: problems) }
    }

    /// What ten shares of 0.1 may be more than 1.
    private static let roundingMax = 1e-9

    /// Takes one value; a sentence where it cannot.
    private mutating func set(_ name: String, to value: Substring) -> String? {
        if let fate = CallFate(name: name) {
            guard let share = share(value) else { return "\(name) is a share of 0 to 1." }
            fates.append(WeightedFate(fate: fate, share: share))
            return nil
        }
        if let path = Self.shares[name] {
            guard let share = share(value) else { return "\(name) is a share of 0 to 1." }
            self[keyPath: path] = share
            return nil
        }
        if let path = Self.switches[name] {
            guard value == "on" || value == "off" else { return "\(name) is on or off." }
            self[keyPath: path] = value == "on"
            return nil
        }
        if let path = Self.ranges[name] {
            guard let range = DelayRange(value) else { return "\(name) is a time such as 50ms or 50ms-2s, up to 24h." }
            self[keyPath: path] = range
            return nil
        }
        return setOther(name, to: value)
    }

    private mutating func setOther(_ name: String, to value: Substring) -> String? {
        switch name {
        case "hang-time":
            guard let time = Duration(settingText: value), time <= Self.hangTimeMax else {
                return "\(name) is a time such as 60s, up to 5m."
            }
            hangTime = time
        case "list-interval", "balance-interval", "retry-after":
            guard let time = Duration(settingText: value), time <= DelayRange.longest else {
                return "\(name) is a time such as 2s, up to 24h."
            }
            if name == "list-interval" {
                listInterval = time
            } else if name == "balance-interval" {
                balanceInterval = time
            } else {
                retryAfter = time
            }
        case "clock-ahead", "utc-offset":
            let isBehind = value.hasPrefix("-")
            guard let time = Duration(settingText: isBehind ? value.dropFirst() : value), time <= DelayRange.longest
            else { return "\(name) is a time such as 8h or -5h, up to 24h." }
            let ahead = isBehind ? .zero - time : time
            if name == "clock-ahead" { clockAhead = ahead } else { utcOffset = ahead }
        case "tps":
            guard let number = Int(value), 0...1_000_000 ~= number else {
                return "\(name) is a number of 0 to 1000000."
            }
            callsPerSecondMax = number
        case "balance", "credit":
            guard Self.isDecimal(value) else { return "\(name) is a decimal such as 3788.32." }
            if name == "balance" { balance = String(value) } else { credit = String(value) }
        default: return "There is no \(name.isEmpty ? "name before =" : "behaviour \(name)")."
        }
        return nil
    }

    private func share(_ text: Substring) -> Double? {
        guard let share = Double(text), 0...1 ~= share else { return nil }
        return share
    }

    private static func isDecimal(_ text: Substring) -> Bool {
        let digits = (text.hasPrefix("-") ? text.dropFirst() : text)
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        return 1...2 ~= parts.count && digits.utf8.count <= 30
            && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    }

    private static var shares: [String: WritableKeyPath<SandboxScript, Double>] {
        [
            "receipt-before-answer": \.receiptBeforeAnswer, "no-receipt": \.noReceipt, "silent": \.silent,
            "duplicate-receipt": \.duplicateReceipt, "reorder-receipt": \.reorderReceipt, "raw-space": \.rawSpace,
            "undelivered": \.undelivered, "unknown": \.unknown,
        ]
    }

    private static var switches: [String: WritableKeyPath<SandboxScript, Bool>] {
        ["dedupe": \.dedupe, "own-id": \.ownID, "lookup-own-id": \.lookUpOwnID]
    }

    private static var ranges: [String: WritableKeyPath<SandboxScript, DelayRange>] {
        ["delay": \.delay, "receipt-delay": \.receiptDelay]
    }
}

extension Substring {
    /// Without ASCII white space at the ends.
    fileprivate func trimmingSpace() -> Substring {
        var text = self
        while let first = text.first, first.isASCII, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isASCII, last.isWhitespace { text.removeLast() }
        return text
    }
}
