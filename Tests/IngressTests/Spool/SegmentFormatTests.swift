import Domain
import TestSupport
import Testing

@testable import Ingress

@Suite struct SegmentFormatTests {
    private let webhooks = (0..<12).map { SpoolWebhooks.make($0, bodyBytes: $0 * 9) }

    @Test func `what was written is read back, field by field`() throws {
        let large = webhooks + [SpoolWebhooks.make(12, bodyBytes: 700_000), SpoolWebhooks.make(13, bodyBytes: 0)]
        let read = try SpoolWebhooks.read(SpoolWebhooks.segment(large))
        #expect(read.webhooks.map(\.everything) == large.map(\.everything))
        #expect(read.torn == 0 && read.damaged == 0)
    }

    @Test func `what the disk does not give now is tried again, and taken for lost only in the end`() throws {
        try withSpoolFolder { folder in
            // A folder can be opened, and every read of it fails.
            let reader = try SegmentReader(path: folder, limit: 4_096, triesMax: 3)
            for _ in 0..<2 {
                #expect(throws: SpoolFailure.self) { try reader.next() }
                #expect(reader.damagedBytes == 0 && !reader.isCutShort)
            }
            let isNothing = try reader.next() == nil
            #expect(isNothing && reader.damagedBytes == 4_096 && reader.isCutShort)
        }
    }

    @Test func `any prefix gives exactly the records that were wholly written, and the rest is torn`() throws {
        let whole = SpoolWebhooks.segment(webhooks)
        // Where each record ends.
        let ends = (0...webhooks.count).map { SpoolWebhooks.segment(Array(webhooks.prefix($0))).count }
        for length in 0...whole.count {
            let read = Self.parse(Array(whole[..<length]))
            let expected = max(0, ends.count { $0 <= length } - 1)
            let end = length < ends[0] ? 0 : ends[expected]
            #expect(read.records == expected, "\(length)")
            #expect(read.torn == length - end && read.damaged == 0, "\(length)")
        }
    }

    @Test func `any flipped bit is noticed, and costs no more than the record it is in`() throws {
        let whole = SpoolWebhooks.segment(Array(webhooks.prefix(5)))
        for index in whole.indices {
            for bit in [0, 7] {
                var bytes = whole
                bytes[index] ^= UInt8(1 << bit)
                let read = Self.parse(bytes)
                #expect(read.damaged + read.torn > 0, "byte \(index)")
                #expect(read.records >= 4, "byte \(index)")
                // A cut is what a crash leaves, and is forgotten: damage must not look like one.
                #expect(read.torn == 0, "byte \(index)")
            }
        }
    }

    @Test func `a body that holds a whole segment is never read as one, not even behind damage`() throws {
        let inner = SpoolWebhooks.segment([SpoolWebhooks.make(99)], marker: 42)
        var body = SpoolWebhooks.make(1)
        body = IncomingWebhook(
            id: body.id, source: body.source, account: body.account, method: body.method, path: body.path,
            query: inner, contentType: nil, headers: [], body: body.body, remoteAddress: "192.0.2.1")
        var bytes = SpoolWebhooks.segment([webhooks[0], body, webhooks[2]])
        let second = SpoolWebhooks.segment([webhooks[0]]).count
        bytes[second + 20] ^= 1
        let read = try SpoolWebhooks.read(bytes)
        #expect(read.webhooks.map(\.id) == [webhooks[0].id, webhooks[2].id])
        #expect(read.damaged > 0)
    }

    @Test func `zeros at the end are room that was never written, zeros before a record are damage`() throws {
        let first = SpoolWebhooks.segment(Array(webhooks.prefix(3)))
        let zeros = [UInt8](repeating: 0, count: 5_000)
        let tail = try SpoolWebhooks.read(first + zeros)
        #expect(tail.webhooks.count == 3 && tail.torn == 5_000 && tail.damaged == 0)
        let more = SpoolWebhooks.segment(Array(webhooks.suffix(2))).dropFirst(SegmentFormat.headerBytes)
        let gap = try SpoolWebhooks.read(first + zeros + more)
        #expect(gap.webhooks.count == 5 && gap.torn == 0 && gap.damaged == 5_000)
    }

    @Test func `random bytes and random damage end, and every byte is accounted for`() throws {
        var generator = SeededGenerator(seed: 11)
        let whole = SpoolWebhooks.segment(webhooks)
        for round in 0..<300 {
            var bytes = whole
            if round.isMultiple(of: 3) {
                bytes = (0..<Int.random(in: 0...3_000, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
            } else {
                for _ in 0..<Int.random(in: 1...20, using: &generator) {
                    let start = Int.random(in: 0..<bytes.count, using: &generator)
                    let count = Int.random(in: 0...min(200, bytes.count - start), using: &generator)
                    let other = (0..<Int.random(in: 0...count, using: &generator)).map { _ in
                        UInt8.random(in: 0...255, using: &generator)
                    }
                    bytes.replaceSubrange(start..<(start + count), with: other)
                    if bytes.isEmpty { break }
                }
            }
            let read = Self.parse(bytes)
            #expect(read.accounted == bytes.count, "round \(round)")
        }
    }

    /// The parser alone, on windows that grow only as it asks.
    private static func parse(_ bytes: [UInt8]) -> (records: Int, torn: Int, damaged: Int, accounted: Int) {
        var parser = SegmentParser()
        var (records, torn, damaged, position, window, zeros) = (0, 0, 0, 0, 1, 0)
        while true {
            let end = min(bytes.count, position + window)
            let step = bytes[position..<end].withUnsafeBytes { parser.step($0, isLast: end == bytes.count) }
            window = max(1, window / 2)
            switch step {
            case .more(let needed): window = needed
            case .header(let isSound):
                position += SegmentFormat.headerBytes
                if !isSound { damaged += SegmentFormat.headerBytes }
            case .record(let count):
                records += 1
                position += count
                damaged += zeros
                zeros = 0
            case .damaged(let count):
                damaged += count + zeros
                zeros = 0
                position += count
            case .zeros(let count):
                zeros += count
                position += count
            case .torn(let count):
                torn += count
                position += count
            case .end: return (records, torn + zeros, damaged, position)
            }
        }
    }
}
