#if DEBUG || FUZZ
    import NIOCore
    import Runtime

    @testable import Ingress

    extension FuzzTarget {
        private static let routes = RouteTable(receiptAliases: ["/callback"])
        private static let requestWords = [
            "GET ", "POST ", "HEAD ", "OPTIONS ", "/v1/nxtele/dr", "/v1/nxtele/mo/", "/v1/onoff/sms", "/callback?",
            "?token=",
            " HTTP/1.1\r\n", " HTTP/1.0\r\n", "\r\n", "\r\n\r\n", "Content-Length: 3\r\n", "Content-Length: ",
            "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "Expect: 100-continue\r\n", "Upgrade: h2c\r\n",
            "X-Forwarded-For: 1.2.3.4, ::1\r\n", "Host: a\r\n", "x-api-key: k\r\n", "\n", "3\r\nabc\r\n0\r\n\r\n",
            "http://a",
            "%74oken=", "&token=", "drtime=2021-02-26 10:01:15", "¤cy=USD",
        ]

        static let requestFraming = FuzzTarget("request-framing", words: requestWords) { bytes, trace in
            var draw = Draw(bytes)
            let limits =
                draw.below(2) == 0
                ? RequestFraming.Limits(requestLineBytesMax: 60, headBytesMax: 120)
                : RequestFraming.Limits(requestLineBytesMax: 8_192, headBytesMax: 16_384)
            var whole = FramedBytes(limits, repairable: routes.repairable)
            whole.feed(bytes)
            var cut = FramedBytes(limits, repairable: routes.repairable)
            var start = 0
            // Long inputs in pieces that are as long: a hundred cuts at most.
            let piece = max(24, bytes.count / 50)
            while start < bytes.count {
                let end = min(start + 1 + draw.below(piece), bytes.count)
                cut.feed(Array(bytes[start..<end]))
                start = end
            }
            trace.require(cut.events == whole.events, "the cuts between reads change nothing")
            trace.require(
                cut.heldBytesHighest <= limits.headBytesMax + piece, "no more is held than a head and a read")
            for event in whole.events.prefix(8) { trace.note(event.kind) }
            let heads = whole.events.compactMap { if case .head(_, let head) = $0 { head } else { nil } }
            for (head, bytes) in zip(heads, whole.heads) {
                let lengths = fields("content-length:", in: bytes)
                let encodings = fields("transfer-encoding:", in: bytes)
                switch head.body {
                case .none: trace.require(lengths + encodings == 0, "a body that is announced is expected")
                case .length: trace.require(lengths == 1 && encodings == 0, "a length is announced once, and alone")
                case .chunked: trace.require(lengths == 0 && encodings == 1, "chunks are announced once, and alone")
                }
            }
        }

        /// How many lines behind the request line begin so, in whatever case.
        private static func fields(_ name: String, in head: [UInt8]) -> Int {
            let name = Array(name.utf8)
            return head.split(separator: 0x0A).dropFirst().count { line in
                zip(line, name).count { $0 == $1 || $0 | 0x20 == $1 } == name.count
            }
        }

        static let targetRepair = FuzzTarget("target-repair", words: requestWords) { bytes, trace in
            // A line has no LF, and a head's ranges have 16 bits.
            let line = Array(bytes.prefix { $0 != 0x0A }.prefix(16_384))
            var head = RequestHead()
            let isRead = line.withUnsafeBytes {
                head.readRequestLine(0..<line.count, of: $0, repairable: routes.repairable)
            }
            trace.note(isRead)
            trace.note(head.needsRepair)
            guard isRead else { return }
            let target = Array(line[head.target.offsets])
            trace.require(!head.needsRepair || isNXTele(target), "only NXTele's targets are repaired")
            trace.require(
                !isNXTele(target) || !target.contains { [0, 9, 13].contains($0) }, "CR, NUL and tab are never repaired")
            guard head.needsRepair else { return }
            let message = ByteBuffer(bytes: line)
            let repaired = RequestLineRepair.repaired(
                message, target: head.target.offsets, allocator: ByteBufferAllocator())
            let all = Array(repaired.readableBytesView)
            let tail = line.count - head.target.offsets.upperBound
            trace.require(
                all.starts(with: line[..<head.target.offsets.lowerBound])
                    && all.suffix(tail).elementsEqual(line.suffix(tail)), "only the target is repaired")
            let changed = Array(all[head.target.offsets.lowerBound..<(all.count - tail)])
            trace.require(changed.allSatisfy { $0 != 0x20 && $0 < 0x80 }, "a repaired target has no space and is ASCII")
            trace.require(decoded(changed) == decoded(target), "a repaired target means the same")
            trace.note(size: changed.count - target.count)
        }

        static let requestTarget = FuzzTarget("request-target", words: requestWords) { bytes, trace in
            bytes.withUnsafeBytes { buffer in
                if let match = routes.match(targetAt: 0..<bytes.count, of: buffer) {
                    trace.note(String(decoding: match.path, as: UTF8.self))
                    trace.note(match.token != nil)
                    trace.require(match.query.upperBound == bytes.count, "the query goes to the end")
                }
                let token = QueryToken(query: 0..<bytes.count, of: buffer)
                trace.note(token.token != nil)
                trace.note(size: token.rest.count)
                let again = token.rest.withUnsafeBytes { QueryToken(query: 0..<token.rest.count, of: $0) }
                trace.require(again.rest == token.rest, "nothing is left to be removed")
                trace.require(again.token?.isEmpty ?? true, "no token is stored")
            }
        }

        static let proxyHeader = FuzzTarget(
            "proxy-header", words: ["\r\n\r\n\0\r\nQUIT\n", "\u{21}\u{11}\0\u{0C}", "\u{20}\0\0\0"]
        ) {
            bytes, trace in
            let whole = bytes.withUnsafeBytes(ProxyHeader.read)
            var draw = Draw(bytes)
            let prefix = Array(bytes.prefix(draw.below(min(bytes.count, 300) + 1)))
            let early = prefix.withUnsafeBytes(ProxyHeader.read)
            trace.require(early == .incomplete || early == whole, "what was decided stays decided")
            switch whole {
            case .incomplete: trace.note("incomplete")
            case .invalid: trace.note("invalid")
            case .header(let header):
                trace.note("header")
                trace.note(header.source == nil)
                trace.require(header.length <= bytes.count, "a header is not longer than what came")
            }
        }

        static let addresses = FuzzTarget(
            "addresses",
            words: [
                "127.0.0.1", "::1", "::ffff:", "/32", "/128", "10.0.0.0/8", "[", "]:443", ", ", "2001:db8::", "%eth0",
            ]
        ) { bytes, trace in
            let text = String(decoding: bytes.prefix(4_096), as: UTF8.self)
            if let address = IPAddress(text) {
                trace.note("address")
                trace.note(address.family == .v4)
                trace.require(IPAddress(address.description) == address, "an address reads back")
            }
            if let range = AddressRange(text) {
                trace.note("range")
                trace.note(range.prefixBits == range.network.family.bits)
                trace.require(AddressRange(range.description) == range, "a range reads back")
                trace.require(range.contains(range.network), "a range has its first address")
            }
            guard let peer = IPAddress("10.0.0.1"), let trusted = AddressRange("10.0.0.0/8") else { return }
            let lines = bytes.split(separator: 0x0A).map(Array.init)
            let client = ForwardedFor.client(of: lines, behind: peer, trusted: [trusted])
            trace.note(client == nil)
            trace.note(client == peer)
        }

        private static func isNXTele(_ target: [UInt8]) -> Bool {
            ["/v1/nxtele/dr", "/v1/nxtele/mo", "/callback"].contains { path in
                guard target.starts(with: path.utf8) else { return false }
                return target.count == path.utf8.count || "/? ".utf8.contains(target[path.utf8.count])
            }
        }

        private static func decoded(_ target: [UInt8]) -> [UInt8] {
            target.withUnsafeBytes { QueryToken.decoded(0..<target.count, of: $0) }
        }
    }
#endif
