#if DEBUG || FUZZ
    @testable import Ingress

    extension FuzzTarget {
        /// The bytes as a file of the spool, and as what is to be written to one.
        static let spoolSegment = FuzzTarget(
            "spool-segment",
            words: ["PRSPOOL1", "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}", "marker01", "onoff-sms", "POST"]
        ) { bytes, trace in
            let given = ParsedSegment(bytes)
            trace.require(ParsedSegment(bytes) == given, "reading again gives the same")
            trace.require(given.bytes == bytes.count, "every byte is accounted for once")
            for payload in given.payloads { trace.note(payload.isWebhook) }
            trace.note(size: given.payloads.count)
            trace.note(given.isTorn)
            trace.note(given.isDamaged)

            // Written by us, whatever they hold, and cut off anywhere: what was written as a whole is there.
            var draw = Draw(bytes)
            let marker: UInt64 = 0x6D61_726B_6572_3031
            var segment: [UInt8] = []
            SegmentFormat.appendHeader(marker: marker, to: &segment)
            var ends: [Int] = []
            var start = 0
            while start < bytes.count, ends.count < 8 {
                let end = min(bytes.count, start + 1 + draw.below(max(1, bytes.count / 4)))
                SegmentFormat.appendRecord(marker: marker, to: &segment) { $0 += bytes[start..<end] }
                ends.append(segment.count)
                start = end
            }
            let cut = draw.below(segment.count + 1)
            let read = ParsedSegment(Array(segment.prefix(cut)))
            trace.require(
                read.payloads.count == ends.count { $0 <= cut }, "a prefix gives the records that are whole in it")
            trace.require(
                read.payloads.flatMap(\.bytes) == Array(bytes.prefix(read.payloads.reduce(0) { $0 + $1.bytes.count })),
                "and what was written to them")
            trace.require(!read.isDamaged, "what was cut off is not damage")
            trace.require(read.bytes == cut, "every byte of a prefix is accounted for once")
        }
    }

    /// What a parser found in a segment.
    private struct ParsedSegment: Equatable {
        struct Payload: Equatable {
            let bytes: [UInt8]
            let isWebhook: Bool
        }

        private(set) var payloads: [Payload] = []
        private(set) var bytes = 0
        private(set) var isTorn = false
        private(set) var isDamaged = false

        init(_ segment: [UInt8]) {
            var parser = SegmentParser()
            segment.withUnsafeBytes { whole in
                while true {
                    let window = UnsafeRawBufferPointer(rebasing: whole[bytes...])
                    switch parser.step(window, isLast: true) {
                    case .more, .end: return
                    case .header(let isSound):
                        isDamaged = isDamaged || !isSound
                        bytes += SegmentFormat.headerBytes
                    case .record(let count):
                        let payload = UnsafeRawBufferPointer(rebasing: window[SegmentFormat.prefixBytes..<count])
                        payloads.append(
                            Payload(bytes: Array(payload), isWebhook: IncomingWebhook(payload: payload) != nil))
                        bytes += count
                    case .damaged(let count):
                        isDamaged = true
                        bytes += count
                    case .zeros(let count): bytes += count
                    case .torn(let count):
                        isTorn = true
                        bytes += count
                    }
                }
            }
        }
    }
#endif
