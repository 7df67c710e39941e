import Domain
import NIOCore

/// Everything the sandbox remembers, as a value: it decides, and the shell writes, answers and calls back.
struct SandboxState {
    /// What becomes of a call for one or several numbers.
    enum Decision {
        /// Refused for its time or its text, with this code; no plan was used up.
        case refused(ResultCode)
        /// Follow the plan. If it accepts, ``acceptances`` are to be logged and then handed to ``accept(_:)``.
        case follow(SandboxPlan, messageID: String, acceptances: [Acceptance])
    }

    /// The script from now on.
    var script: SandboxScript
    /// What was seen and done.
    var counts = SandboxCounts()

    private let seed: UInt64
    private let idSalt: UInt64
    private let recordsMax: Int
    private let phonesMax: Int
    private var callsByPhone: [String: Int] = [:]
    private var window = CallWindow()
    private var recent: RecentTexts
    private var records = CircularBuffer<Acceptance>()
    /// Numbers of records by the provider's ids; a number counts from the first record there ever was.
    private var numbers: [String: Int] = [:]
    private var numbersBySystemID: [String: Int] = [:]
    private var lastListAt: Timestamp?
    private var lastBalanceAt: Timestamp?

    /// Makes an empty one.
    ///
    /// - Parameters:
    ///   - idSalt: makes the message ids of this run its own; the same salt gives the same ids.
    ///   - recordsMax: how many acceptances are kept in memory.
    ///   - phonesMax: how many phones' calls are counted; beyond, the count of all starts anew.
    init(script: SandboxScript, seed: UInt64, idSalt: UInt64, recordsMax: Int, phonesMax: Int) {
        self.script = script
        self.seed = seed
        self.idSalt = idSalt
        self.recordsMax = recordsMax
        self.phonesMax = phonesMax
        recent = RecentTexts(countMax: recordsMax)
    }

    /// The acceptances in memory, oldest first.
    var accepted: [Acceptance] { Array(records) }

    // MARK: Sending

    /// Decides about a call that nothing is wrong with.
    mutating func decide(_ call: SendCall, at now: Timestamp) -> Decision {
        if script.callsPerSecondMax > 0, !window.admits(at: now.microseconds, max: script.callsPerSecondMax) {
            return .refused(.tooFast)
        }
        let fingerprint = ContentFingerprint(call.content)
        if script.dedupe {
            for phone in call.phones where recent.contains(phone, fingerprint, at: now.microseconds) {
                return .refused(.repeated)
            }
        }
        let plans = call.phones.map { nextPlan($0) }
        let plan = plans[0]
        let baseID = messageID(call, plan)
        guard plan.fate.isAccepted else { return .follow(plan, messageID: baseID, acceptances: []) }
        let isAlone = call.phones.count == 1
        let acceptances = zip(call.phones, plans).map { phone, ownPlan in
            Acceptance(
                acceptedAt: now, messageID: isAlone ? baseID : "\(baseID)-\(ownPlan.suffix)",
                systemMessageID: isAlone ? call.systemMessageID : nil, ext: isAlone ? call.ext : nil, phone: phone,
                senderID: call.senderID, content: call.content, fingerprint: fingerprint, fate: plan.fate,
                report: ownPlan.report, size: BilledSize.parts(of: call.content), utcOffset: script.utcOffset,
                receiptURL: isAlone ? call.receiptURL : nil)
        }
        return .follow(plan, messageID: baseID, acceptances: acceptances)
    }

    /// The messages are accepted now: what the record query finds from here on.
    mutating func accept(_ acceptances: [Acceptance]) {
        for acceptance in acceptances {
            if records.count >= recordsMax { forgetFirst() }
            let number = counts.forgotten + records.count
            numbers[acceptance.messageID] = number
            if let systemID = acceptance.systemMessageID { numbersBySystemID[systemID] = number }
            records.append(acceptance)
            counts.accepted += 1
            if script.dedupe {
                recent.insert(acceptance.phone, acceptance.fingerprint, at: acceptance.acceptedAt.microseconds)
            }
        }
    }

    private mutating func nextPlan(_ phone: String) -> SandboxPlan {
        if callsByPhone.count >= phonesMax, callsByPhone[phone] == nil { callsByPhone = [:] }
        let before = callsByPhone[phone, default: 0]
        callsByPhone[phone] = before + 1
        return SandboxPlan(script, seed: seed, phone: phone, call: before)
    }

    private func messageID(_ call: SendCall, _ plan: SandboxPlan) -> String {
        if script.ownID, call.phones.count == 1, let systemID = call.systemMessageID { return systemID }
        let high = UInt64(truncatingIfNeeded: plan.idBits >> 64)
        return hexadecimal(high ^ idSalt) + hexadecimal(UInt64(truncatingIfNeeded: plan.idBits))
    }

    private mutating func forgetFirst() {
        guard let first = records.popFirst() else { return }
        let number = counts.forgotten
        counts.forgotten += 1
        if numbers[first.messageID] == number { numbers[first.messageID] = nil }
        if let systemID = first.systemMessageID, numbersBySystemID[systemID] == number {
            numbersBySystemID[systemID] = nil
        }
    }

    // MARK: Records and balance

    /// The record of a message on the provider's day.
    func record(_ messageID: String, on day: CivilDate) -> Acceptance? {
        let ownNumber = numbersBySystemID[messageID]
        // Not by the caller's id, even where that has become the provider's.
        if ownNumber != nil, !script.lookUpOwnID { return nil }
        guard let number = numbers[messageID] ?? ownNumber else { return nil }
        let record = records[offset: number - counts.forgotten]
        return record.day == day ? record : nil
    }

    /// All records of a day, oldest first. O(n) over what is in memory.
    func records(on day: CivilDate) -> [Acceptance] {
        records.filter { $0.day == day }
    }

    /// The provider's day at a moment.
    func day(at now: Timestamp) -> CivilDate { (now + script.utcOffset).day }

    /// Whether a day's list may be asked for now; if so, this is the last time it was.
    mutating func admitsList(at now: Timestamp) -> Bool {
        Self.admits(&lastListAt, script.listInterval, now)
    }

    /// Whether the balance may be asked for now, likewise.
    mutating func admitsBalance(at now: Timestamp) -> Bool {
        Self.admits(&lastBalanceAt, script.balanceInterval, now)
    }

    private static func admits(_ last: inout Timestamp?, _ interval: Duration, _ now: Timestamp) -> Bool {
        if interval > .zero, let last, now < last + interval { return false }
        last = now
        return true
    }
}
