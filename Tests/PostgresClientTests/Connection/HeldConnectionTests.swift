import TestSupport
import Testing

@testable import PostgresClient

@Suite struct `A connection that is held` {
    /// The longest first pause, and the shortest that follows many failures.
    private static let (shortMax, longMin) = (Duration.milliseconds(50), Duration.milliseconds(50))

    @Test func `is the same as long as it can be used, and then another`() async throws {
        try await withHeld { held in
            #expect(!held.isUsable)
            let first = try held.usable()
            #expect(held.isUsable)
            #expect(try held.usable() === first)
            first.close()
            #expect(!held.isUsable)
            let second = try held.usable()
            #expect(second !== first && second.isUsable)
            held.close()
            #expect(!second.isUsable && !held.isUsable)
            #expect(try held.usable().isUsable)
        }
    }

    @Test func `is another where a transaction was left open`() async throws {
        try await withHeld { held in
            let first = try held.usable()
            try first.script("BEGIN")
            let second = try held.usable()
            #expect(second !== first && !second.isInTransaction)
        }
    }

    @Test func `is opened at once by an owner that tells of no failures`() throws {
        var held = HeldConnection(nowhere)
        let opening = held.nextOpening
        for _ in 0..<3 { #expect(try failure { try held.usable() }?.reason == .connectionLost) }
        #expect(held.nextOpening == opening && !held.isUsable)
    }

    @Test func `that was lost is not opened again before a pause, which grows and is short again after a success`()
        async throws
    {
        try await withHeld { held in
            held.failed()
            #expect(held.nextOpening <= .in(Self.shortMax))
            let opening = held.nextOpening
            _ = try held.usable()
            #expect(opening.hasPassed)
            held.close()
            for _ in 0..<10 { held.failed() }
            let before = ContinuousClock.now
            held.failed()
            #expect(before.duration(to: held.nextOpening.instant) >= Self.longMin)
            held.succeeded()
            held.failed()
            #expect(held.nextOpening <= .in(Self.shortMax))
        }
    }

    @Test func `that is sound is paused with, at most until a deadline, and then used again`() async throws {
        try await withHeld { held in
            let connection = try held.usable()
            let opening = held.nextOpening
            for _ in 0..<10 { held.failed(until: .in(.zero)) }
            let before = ContinuousClock.now
            held.failed()
            #expect(before.duration(to: .now) >= Self.longMin)
            // What has passed ends the pause, however long it were.
            for _ in 0..<1_000 { held.failed(until: .in(.zero)) }
            #expect(before.duration(to: .now) < Self.longMin * 1_000)
            #expect(held.nextOpening == opening)
            #expect(try held.usable() === connection)
        }
    }

    @Test func `asks for the deadline only where it opens one`() async throws {
        try await withHeld { held in
            var asked = 0
            func deadline() -> Deadline {
                asked += 1
                return .far
            }
            for _ in 0..<3 { _ = try held.usable(deadline: deadline()) }
            #expect(asked == 1)
        }
    }

    private let nowhere = ConnectionConfiguration(connectionString: "host=/nowhere user=nobody dbname=nothing")

    private func withHeld(_ body: @Sendable (inout HeldConnection) throws -> Void) async throws {
        try await withDatabase { configuration, _ in
            try await OwnThread().run {
                var held = HeldConnection(configuration)
                defer { held.close() }
                try body(&held)
            }
        }
    }
}
