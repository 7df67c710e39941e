import Glibc

/// The process that runs one target's executions.
struct Child {
    /// How often memory, time and parent are looked at.
    private static let executionsPerLook: UInt64 = 512

    let target: FuzzTarget
    let corpus: [[UInt8]]
    let seed: UInt64
    let executionsMax: UInt64
    let seconds: Double?
    let page: SharedPage

    /// Runs until a bound is met, or a law broken; a trap ends it by itself.
    func run() {
        let parent = getppid()
        var pool = Pool(corpus)
        var mutator = Mutator(words: target.words, seed: seed)
        let start = ContinuousClock.now
        for execution in 0..<executionsMax {
            if execution.isMultiple(of: Self.executionsPerLook) {
                look(execution, pool)
                if getppid() != parent { return }
                if let seconds, start.duration(to: .now) > .seconds(seconds) { break }
            }
            // The corpus itself comes first.
            let isCorpus = execution < UInt64(corpus.count)
            let input = isCorpus ? corpus[Int(execution)] : mutator.make(from: pool.inputs)
            page.begin(input)
            var trace = Trace()
            target.run(input, &trace)
            if let law = trace.brokenLaw { return page.fail(law) }
            pool.consider(input, trace.feature)
        }
        page.resident = Self.residentKilobytes()
        page.features = UInt64(pool.featureCount)
        page.isDone = true
    }

    /// Caches fill and the pool grows during the first quarter; what grows behind it grows without end.
    private func look(_ execution: UInt64, _ pool: Pool) {
        page.resident = Self.residentKilobytes()
        page.features = UInt64(pool.featureCount)
        if page.residentAtWarmUp == 0, execution >= min(executionsMax / 4, Self.warmUpExecutionsMax) {
            page.residentAtWarmUp = page.resident
        }
    }

    private static let warmUpExecutionsMax: UInt64 = 100_000

    private static func residentKilobytes() -> UInt64 {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let words = text.split(separator: " ")
        return words.count > 1 ? (UInt64(words[1]) ?? 0) * UInt64(sysconf(Int32(_SC_PAGESIZE))) / 1_024 : 0
    }
}
