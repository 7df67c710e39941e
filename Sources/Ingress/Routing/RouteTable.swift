/// The paths of the ingress (DESIGN section 6) and the receipts' aliases.
struct RouteTable: Sendable {
    /// The path of Onoff's SMS events.
    static let onoffPath = "/v1/onoff/sms"
    /// The path of NXTele's receipts, with a token after it or in its query.
    static let receiptPath = "/v1/nxtele/dr"
    /// The path of NXTele's inbound SMS, likewise.
    static let inboundPath = "/v1/nxtele/mo"

    /// What a target led to. Ranges count from the head's first byte.
    struct Match: Equatable {
        /// Where to.
        var route: Route
        /// The path as it is stored: a token in it is replaced by `{token}`.
        var path: [UInt8]
        /// The path segment that should be a token, still percent-encoded; nil if the path ends before it.
        var token: Range<Int>?
        /// What follows the first `?`; empty without one.
        var query: Range<Int>
        /// Whether the path needs no token where an allow list is set.
        var isAlias: Bool
    }

    private struct Entry: Sendable {
        var route: Route
        var path: [UInt8]
        var pathWithToken: [UInt8]
        var isAlias: Bool
        var takesToken: Bool

        init(_ route: Route, _ path: String, isAlias: Bool = false) {
            self.route = route
            self.path = Array(path.utf8)
            pathWithToken = Array((path + "/{token}").utf8)
            self.isAlias = isAlias
            takesToken = route.caller?.putsTokenInPath ?? false
        }
    }

    private let entries: [Entry]

    /// Makes the table; aliases begin with `/` and do not end with it.
    init(receiptAliases: [String] = []) {
        entries =
            [
                Entry(.nxteleReceipt, Self.receiptPath), Entry(.onoffSMS, Self.onoffPath),
                Entry(.nxteleInbound, Self.inboundPath),
            ] + receiptAliases.map { Entry(.nxteleReceipt, $0, isAlias: true) }
    }

    /// The paths whose request lines may be repaired.
    var repairable: RepairablePaths {
        RepairablePaths(entries.filter { $0.route.caller?.isRepaired ?? false }.map(\.path))
    }

    /// Finds the route of a target: origin form, or absolute form with `http` or `https` (RFC 9112 §3.2).
    ///
    /// Paths are compared byte by byte; nothing in them is decoded. A token is exactly one segment, and not empty. A
    /// path in the table is that path, even where another path with this segment as its token would read the same.
    func match(targetAt target: Range<Int>, of bytes: UnsafeRawBufferPointer) -> Match? {
        let start = Self.pathStart(target, of: bytes)
        let question = bytes.firstOffset(of: UInt8(ascii: "?"), in: start..<target.upperBound)
        let path = start..<(question ?? target.upperBound)
        let query = question.map { ($0 + 1)..<target.upperBound } ?? target.upperBound..<target.upperBound
        for entry in entries where entry.path.count == path.count {
            guard bytes[path].elementsEqual(entry.path) else { continue }
            return Match(route: entry.route, path: entry.path, token: nil, query: query, isAlias: entry.isAlias)
        }
        for entry in entries where entry.takesToken && entry.path.count < path.count {
            let end = path.lowerBound + entry.path.count
            let token = (end + 1)..<path.upperBound
            guard bytes[end] == UInt8(ascii: "/"), !token.isEmpty,
                bytes[path.lowerBound..<end].elementsEqual(entry.path),
                bytes.firstOffset(of: UInt8(ascii: "/"), in: token) == nil
            else { continue }
            return Match(
                route: entry.route, path: entry.pathWithToken, token: token, query: query, isAlias: entry.isAlias)
        }
        return nil
    }

    /// Where the path begins; the target's end if there is none.
    private static func pathStart(_ target: Range<Int>, of bytes: UnsafeRawBufferPointer) -> Int {
        for scheme in ["http://", "https://"] as [StaticString] {
            let end = target.lowerBound + scheme.utf8CodeUnitCount
            guard end <= target.upperBound, bytes.holdsIgnoringCase(scheme, at: target.lowerBound..<end) else {
                continue
            }
            return bytes.firstOffset(of: UInt8(ascii: "/"), in: end..<target.upperBound) ?? target.upperBound
        }
        return target.lowerBound
    }
}
