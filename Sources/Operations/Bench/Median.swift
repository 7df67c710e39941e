/// Figures of several rounds.
struct Figures {
    private var values: [Double] = []

    mutating func add(_ value: Double) { values.append(value) }

    /// The middle value; for an even number of values, the mean of the two in the middle; 0 for none.
    var median: Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

extension Double {
    /// With this many digits after the point.
    func text(_ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (self * scale).rounded()
        guard digits > 0 else { return "\(Int64(scaled))" }
        let whole = Int64(scaled) / Int64(scale)
        let rest = "\(Int64(scaled.magnitude) % Int64(scale))"
        return "\(whole)." + String(repeating: "0", count: digits - rest.count) + rest
    }
}
