import ArgumentParser

/// A bench: it runs until a signal stops it, and what it runs on is removed with it.
protocol MeasuringCommand: AsyncParsableCommand, Sendable {
    /// Measures, and prints what came of it.
    func measure(_ bed: BenchBed) async throws
}

extension MeasuringCommand {
    func run() async throws {
        try await untilStopSignal { try await BenchBed.with { try await measure($0) } }
    }
}
