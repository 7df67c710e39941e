#if DEBUG || FUZZ
    @testable import Ingress

    /// A connection as the framing sees it: does what the steps say, and answers every message at once.
    struct FramedBytes {
        /// What came out of it; of bytes their number and hash.
        enum Event: Equatable {
            case head(UInt64, RequestHead)
            case body(count: Int, hash: UInt64)
            case refusal(RequestFraming.Refusal)

            var kind: String {
                switch self {
                case .head(_, let head): "head \(head.method) \(head.needsRepair) \(head.body == .chunked)"
                case .body: "body"
                case .refusal(let refusal): "\(refusal)"
                }
            }
        }

        private(set) var events: [Event] = []
        private(set) var heldBytesHighest = 0
        /// The heads' bytes.
        private(set) var heads: [[UInt8]] = []
        private var framing: RequestFraming
        private var held: [UInt8] = []
        private var allowsReuse = false

        init(_ limits: RequestFraming.Limits, repairable: RepairablePaths) {
            framing = RequestFraming(limits: limits, repairable: repairable)
        }

        mutating func feed(_ bytes: [UInt8]) {
            held += bytes
            var offset = 0
            defer {
                held.removeFirst(offset)
                heldBytesHighest = max(heldBytesHighest, held.count)
            }
            while true {
                let step = held.withUnsafeBytes { framing.step(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
                switch step {
                case .more: return
                case .hold:
                    framing.responseWritten(reusable: allowsReuse)
                    if offset == held.count { return }
                case .skip(let count): offset += count
                case .head(let head, let bodyBytes):
                    allowsReuse = head.allowsReuse
                    heads.append(Array(held[offset..<(offset + head.length)]))
                    events.append(.head(Self.hash(held[offset..<(offset + head.length)]), head))
                    offset += head.length
                    take(bodyBytes, &offset)
                case .body(let count): take(count, &offset)
                case .refuse(let refusal):
                    events.append(.refusal(refusal))
                    offset = held.count
                    return
                case .discard:
                    offset = held.count
                    return
                }
            }
        }

        /// Bytes of one body, in however many pieces.
        private mutating func take(_ count: Int, _ offset: inout Int) {
            guard count > 0 else { return }
            let bytes = held[offset..<(offset + count)]
            offset += count
            if case .body(let before, let hash)? = events.last {
                events[events.count - 1] = .body(count: before + count, hash: Self.hash(bytes, after: hash))
            } else {
                events.append(.body(count: count, hash: Self.hash(bytes)))
            }
        }

        private static func hash(_ bytes: ArraySlice<UInt8>, after start: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64 {
            var hash = start
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            return hash
        }
    }
#endif
