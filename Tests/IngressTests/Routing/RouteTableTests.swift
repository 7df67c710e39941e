import Testing

@testable import Ingress

struct RouteTableTests {
    /// What a target comes to: the route, the path as it is stored, the token and the query.
    private static func match(_ target: String, aliases: [String]) -> String {
        let bytes = Array(target.utf8)
        return bytes.withUnsafeBytes { bytes in
            guard let match = RouteTable(receiptAliases: aliases).match(targetAt: 0..<bytes.count, of: bytes) else {
                return "nothing"
            }
            let token = match.token.map { String(decoding: bytes[$0], as: UTF8.self) } ?? "-"
            return "\(match.route.label) \(String(decoding: match.path, as: UTF8.self)) \(token) "
                + "\(String(decoding: bytes[match.query], as: UTF8.self))\(match.isAlias ? " alias" : "")"
        }
    }

    @Test(
        arguments: [
            ("/callback", "nxtele_dr /callback -  alias"), ("/callback/T", "nxtele_dr /callback/{token} T  alias"),
            ("/callback?token=T", "nxtele_dr /callback - token=T alias"),
            ("/callback/dr", "nxtele_dr /callback/dr -  alias"),
            ("/callback/dr?token=T", "nxtele_dr /callback/dr - token=T alias"),
            ("http://host/callback/dr?token=T", "nxtele_dr /callback/dr - token=T alias"),
            ("/callback/dr/T", "nxtele_dr /callback/dr/{token} T  alias"),
            ("/callback/dr/x", "nxtele_dr /callback/dr/x -  alias"),
            ("/callback/dr/x/T?a=b", "nxtele_dr /callback/dr/x/{token} T a=b alias"),
            ("/callback/dr/T/U", "nothing"), ("/callback/", "nothing"), ("/callback/dr/", "nothing"),
            ("/callbacks", "nothing"), ("/callbacks/T", "nothing"), ("/call", "nothing"),
            ("/v1/nxtele", "nxtele_dr /v1/nxtele -  alias"),
            ("/v1/nxtele/T", "nxtele_dr /v1/nxtele/{token} T  alias"),
            ("/v1/nxtele/dr?token=T", "nxtele_dr /v1/nxtele/dr - token=T"),
            ("/v1/nxtele/dr/T", "nxtele_dr /v1/nxtele/dr/{token} T "),
            ("/v1/nxtele/mo", "nxtele_mo /v1/nxtele/mo - "),
            ("/v1/onoff/sms", "onoff_sms /v1/onoff/sms - "), ("/v1/onoff/sms/T", "nothing"),
            ("/v1/onoff/T", "nxtele_dr /v1/onoff/{token} T  alias"),
        ], [false, true])
    func `of nested paths each is itself, in whatever order they are named`(
        _ expected: (target: String, match: String), isReversed: Bool
    ) {
        let aliases = ["/callback", "/callback/dr", "/callback/dr/x", "/v1/nxtele", "/v1/onoff"]
        let found = Self.match(expected.target, aliases: isReversed ? aliases.reversed() : aliases)
        #expect(found == expected.match)
    }
}
