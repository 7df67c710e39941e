import Domain
import Testing

struct CostSliceTests {
    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

    @Test func `a moment is in the ten minutes it is in, also before 1970`() throws {
        for (moment, start) in [
            ("2026-11-22T12:39:59.999Z", "2026-11-22T12:30:00.000Z"),
            ("2026-11-22T12:40:00Z", "2026-11-22T12:40:00.000Z"),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"), ("1969-12-31T23:59:59Z", "1969-12-31T23:50:00.000Z"),
        ] {
            let slice = CostSlice(containing: try time(moment))
            #expect(slice.start.iso8601 == start)
        }
    }

    @Test func `only what is over an hour old is noted, each slice once and in order`() throws {
        let now = try time("2026-11-22T12:34:56.789Z")
        let moments = try [
            "2026-11-22T12:34:56Z", "2026-11-22T11:34:57Z", "2026-11-22T11:34:56Z", "2026-11-22T11:31:00Z",
            "2026-11-21T05:05:00Z", "2026-11-23T00:00:00Z",
        ].map(time)
        #expect(
            CostSlice.noted(of: moments, now: now).map(\.start.iso8601)
                == ["2026-11-21T05:00:00.000Z", "2026-11-22T11:30:00.000Z"])
        #expect(CostSlice.noted(of: [], now: now) == [])
    }
}
