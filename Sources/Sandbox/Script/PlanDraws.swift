/// The random numbers of one call's plan: the same for the same seed, phone and count, on every machine and in whatever
/// order calls come.
///
/// Every question has a place of its own, so that a script with one more question changes no other answer.
struct PlanDraws {
    /// What is drawn for.
    enum Question: UInt64 {
        case fate, delay, garbage, receiptDelay, receiptBeforeAnswer, noReceipt, silent, duplicateReceipt
        case reorderReceipt, rawSpace, outcome, failure, messageIDHigh, messageIDLow, suffix
    }

    private let base: UInt64

    init(seed: UInt64, phone: String, call: Int) {
        let phoneHash = ContentFingerprint(phone).rawValue
        base = Self.mixed(Self.mixed(Self.mixed(seed) ^ phoneHash) ^ UInt64(truncatingIfNeeded: call))
    }

    /// 64 random bits.
    func word(_ question: Question) -> UInt64 {
        Self.mixed(base &+ (question.rawValue &+ 1) &* Self.golden)
    }

    /// An even number of 0..<1.
    func unit(_ question: Question) -> Double {
        Double(word(question) >> 11) * 0x1p-53
    }

    /// Whether this is one of the share.
    func isOne(of share: Double, _ question: Question) -> Bool {
        share > 0 && unit(question) < share
    }

    private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// The output function of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &+ golden
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
