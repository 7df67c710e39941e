/// The inputs that mutation takes from: the corpus, and every input whose trace was a new one.
struct Pool {
    /// The most inputs.
    private static let inputsMax = 4_096
    /// The most traces that are remembered.
    private static let featuresMax = 65_536
    /// A longer input is not kept: what grows without end only slows the round.
    private static let inputBytesMax = 1_024

    private(set) var inputs: [[UInt8]]
    private var features: Set<UInt64> = []

    init(_ corpus: [[UInt8]]) { inputs = corpus }

    /// How many different traces there were.
    var featureCount: Int { features.count }

    mutating func consider(_ input: [UInt8], _ feature: UInt64) {
        guard features.count < Self.featuresMax, features.insert(feature).inserted else { return }
        if inputs.count < Self.inputsMax, input.count <= Self.inputBytesMax { inputs.append(input) }
    }
}
