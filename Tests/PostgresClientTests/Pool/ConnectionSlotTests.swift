import TestSupport
import Testing

@testable import PostgresClient

@Suite struct `A place of a pool` {
    @Test func `opens its connection again only after a pause, which whoever cannot wait for it does not put off`()
        async throws
    {
        let slot = ConnectionSlot(
            ConnectionConfiguration(connectionString: "host=/nowhere user=nobody dbname=nothing"))
        func fails(until deadline: Deadline) async {
            let error = await #expect(throws: PostgresError.self) {
                try await slot.perform(deadline: deadline, cancellation: CancellationRelay()) { _ in }
            }
            #expect(error?.reason == .connectionLost && error?.effect == PostgresError.Effect.none)
        }
        #expect(await slot.nextOpening.hasPassed)
        // The fourth pause is 40 to 400 ms, and begins when the third has passed.
        var openings: [Deadline] = []
        for _ in 0..<4 {
            await fails(until: .in(longTime))
            openings.append(await slot.nextOpening)
        }
        #expect(zip(openings, openings.dropFirst()).allSatisfy { $0 < $1 })
        for _ in 0..<3 { await fails(until: .in(.zero)) }
        let isPausing = openings.last?.hasPassed == false
        // On a machine that stood still for the whole pause they were tries of their own.
        if isPausing { #expect(await slot.nextOpening.instant == openings.last?.instant) }
    }
}
