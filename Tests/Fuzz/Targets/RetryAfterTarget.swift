#if DEBUG || FUZZ
    import Domain

    extension FuzzTarget {
        static let retryAfter = FuzzTarget(
            "retry-after",
            words: [
                "120", "Sun, 06 Nov 1994 08:49:37 GMT", "Feb", "Dec", "29", "9999", "23:59:60", ":", " ", " GMT", ",",
            ]
        ) { bytes, trace in
            let text = String(decoding: bytes, as: UTF8.self)
            let now = Timestamp(microseconds: 1_700_000_000_000_000)
            let time = Domain.retryAfter(text, now: now)
            trace.require(Domain.retryAfter(text, now: now) == time, "reading again gives the same")
            trace.require(time.map { $0 >= .zero } ?? true, "no time is negative")
            trace.note(time != nil)
            trace.note(size: time.map { Int($0.components.seconds) } ?? 0)
        }
    }
#endif
