import Testing

@testable import Ingress

struct QueryTokenTests {
    @Test(arguments: [
        ("", nil, ""), ("a=b", nil, "a=b"), ("token=T", "T", "token="), ("token=T&a=b", "T", "token=&a=b"),
        ("a=b&token=T", "T", "a=b&token="), ("token=T&token=U&a=", "T", "token=&token=&a="), ("token", nil, "token"),
        ("token=", "", "token="), ("tokens=T", nil, "tokens=T"), ("xtoken=T", nil, "xtoken=T"),
        ("%74oken=T", "T", "%74oken="),
        ("%74%6F%6b%65%6e=T&b", "T", "%74%6F%6b%65%6e=&b"), ("token=a%2Bb%3D", "a+b=", "token="),
        ("token=a+b", "a+b", "token="),
        ("token=a=b", "a=b", "token="), ("token=%zz%4", "%zz%4", "token="), ("&&", nil, "&&"),
        ("a=%¤ b&token=T&", "T", "a=%¤ b&token=&"),
        ("Token=T", nil, "Token=T"),
    ])
    func `the token is taken out and all else stays`(query: String, token: String?, rest: String) {
        let bytes = Array(query.utf8)
        let found = bytes.withUnsafeBytes { QueryToken(query: 0..<bytes.count, of: $0) }
        #expect(found.token.map { String(decoding: $0, as: UTF8.self) } == token)
        #expect(String(decoding: found.rest, as: UTF8.self) == rest)
    }

    @Test func `a value beyond the bound is removed and matches nothing`() {
        let query = Array(("token=" + String(repeating: "T", count: 2_000)).utf8)
        let found = query.withUnsafeBytes { QueryToken(query: 0..<query.count, of: $0) }
        #expect(found.token == nil)
        #expect(found.rest == Array("token=".utf8))
    }
}
