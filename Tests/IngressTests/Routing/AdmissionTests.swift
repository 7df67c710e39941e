import Runtime
import Testing

@testable import Ingress

struct AdmissionTests {
    private static func configuration(_ change: (inout IngressConfiguration) -> Void = { _ in }) -> IngressConfiguration
    {
        var configuration = IngressConfiguration(
            reading: SettingsReader(environment: [
                "POSTROOM_ONOFF_API_KEYS": "shop:K", "POSTROOM_NXTELE_TOKENS": "T,b:U+/=",
                "POSTROOM_NXTELE_ACCESSKEY": "ak", "POSTROOM_NXTELE_ACCESSSECRET": "as",
                "POSTROOM_NXTELE_DR_PATHS": "/callback/dr",
            ]))
        change(&configuration)
        return configuration
    }

    /// What a request comes to: the status, or the account, path and query it is stored with.
    private static func outcome(
        _ line: String, _ fields: String = "", client: String? = "203.0.113.9", _ configuration: IngressConfiguration
    ) -> String {
        var connection = FramedConnection()
        connection.answersAtOnce = false
        let text = "\(line) HTTP/1.1\r\n\(fields)\r\n"
        connection.feed(text)
        guard let head = connection.heads.first else { return "no head" }
        let verdict = Array(text.utf8).withUnsafeBytes {
            Admission(configuration).verdict(on: head, bytes: $0, client: client.flatMap { IPAddress($0) })
        }
        switch verdict {
        case .refused(let answer, let route): return "\(answer.status) \(route.label)"
        case .admitted(let admitted):
            let path = String(decoding: admitted.path, as: UTF8.self)
            let query = String(decoding: admitted.query, as: UTF8.self)
            return "\(admitted.account) \(path)?\(query)\(admitted.isSigned ? " signed" : "")"
        }
    }

    @Test(arguments: ["accessKey: ak", "ts: 1", "bizType: 4", "action: mo", "sign: 00"])
    func `an inbound SMS without one of the signature's fields is nobody's`(missing: String) {
        let fields = ["accessKey: ak", "ts: 1", "bizType: 4", "action: mo", "sign: 00"].filter { $0 != missing }
        let text = fields.map { "\($0)\r\n" }.joined()
        #expect(Self.outcome("POST /v1/nxtele/mo", text, Self.configuration()) == "404 nxtele_mo")
    }

    @Test(arguments: [
        ("POST /v1/onoff/sms", "x-api-key: K\r\n", "shop /v1/onoff/sms?"),
        ("POST /v1/onoff/sms", "Authorization: x-api-key K\r\n", "shop /v1/onoff/sms?"),
        ("POST /v1/onoff/sms", "Authorization: X-Api-Key K\r\n", "shop /v1/onoff/sms?"),
        ("POST /v1/onoff/sms", "Authorization: x-api-key wrong\r\nx-api-key: K\r\n", "shop /v1/onoff/sms?"),
        ("POST /v1/onoff/sms?a=b", "x-api-key: K\r\n", "shop /v1/onoff/sms?a=b"),
        ("POST /v1/onoff/sms", "Authorization: Bearer K\r\n", "401 onoff_sms"),
        ("POST /v1/onoff/sms", "x-api-key: k\r\n", "401 onoff_sms"), ("POST /v1/onoff/sms", "", "401 onoff_sms"),
        ("GET /v1/onoff/sms", "x-api-key: K\r\n", "405 onoff_sms"), ("PUT /v1/onoff/sms", "", "405 onoff_sms"),
        ("POST /v1/onoff/sms/", "x-api-key: K\r\n", "404 unknown"), ("POST /v1/onoff/sms/K", "", "404 unknown"),
        ("POST /v1/nxtele/dr/T", "", "default /v1/nxtele/dr/{token}?"),
        ("GET /v1/nxtele/dr/T?a=b", "", "default /v1/nxtele/dr/{token}?a=b"),
        ("POST /v1/nxtele/dr/U%2B%2f=", "", "b /v1/nxtele/dr/{token}?"),
        ("GET /v1/nxtele/dr?token=T&a=b", "", "default /v1/nxtele/dr?token=&a=b"),
        ("GET /v1/nxtele/dr?a=b&token=U+/=", "", "b /v1/nxtele/dr?a=b&token="),
        ("GET /v1/nxtele/dr/T?token=secret", "", "default /v1/nxtele/dr/{token}?token="),
        ("GET /v1/nxtele/dr/x?token=T", "", "404 nxtele_dr"), ("GET /v1/nxtele/dr", "", "404 nxtele_dr"),
        ("GET /v1/nxtele/dr/", "", "404 unknown"), ("GET /v1/nxtele/dr/T/", "", "404 unknown"),
        ("GET /v1/nxtele/dr/K", "", "404 nxtele_dr"), ("PUT /v1/nxtele/dr/x", "", "404 nxtele_dr"),
        ("PUT /v1/nxtele/dr/T", "", "405 nxtele_dr"), ("HEAD /v1/nxtele/dr/T", "", "405 nxtele_dr"),
        ("POST /callback/dr/T", "", "default /callback/dr/{token}?"),
        ("POST /callback/dr?token=T", "", "default /callback/dr?token="), ("POST /callback/dr", "", "404 nxtele_dr"),
        ("POST /callback/dr/x", "", "404 nxtele_dr"),
        ("POST /v1/nxtele/mo/T", "", "default /v1/nxtele/mo/{token}?"),
        ("POST /v1/nxtele/mo?token=T", "", "default /v1/nxtele/mo?token="),
        ("GET /v1/nxtele/mo/T", "", "405 nxtele_mo"), ("POST /v1/nxtele/mo", "", "404 nxtele_mo"),
        (
            "POST /v1/nxtele/mo", "accessKey: ak\r\nts: 1\r\nbizType: 4\r\naction: mo\r\nsign: 00\r\n",
            "default /v1/nxtele/mo? signed"
        ),
        ("POST /v1/nxtele/mo", "accessKey: no\r\nts: 1\r\nbizType: 4\r\naction: mo\r\nsign: 00\r\n", "401 nxtele_mo"),
        ("POST /v1/nxtele/mo", "accessKey: ak\r\nts: 1\r\nbizType: 4\r\naction: mo\r\n", "404 nxtele_mo"),
        ("POST /v1/nxtele/dr", "accessKey: ak\r\nts: 1\r\nbizType: 4\r\naction: dr\r\nsign: 00\r\n", "404 nxtele_dr"),
        ("POST http://host:80/v1/nxtele/dr/T?a=b", "", "default /v1/nxtele/dr/{token}?a=b"),
        ("GET /", "", "404 unknown"), ("GET *", "", "404 unknown"), ("GET /v1/nxtele", "", "404 unknown"),
        ("GET /healthz", "", "404 unknown"), ("GET http://host", "", "404 unknown"),
    ])
    func `a request is admitted or refused`(line: String, fields: String, outcome: String) {
        #expect(Self.outcome(line, fields, Self.configuration()) == outcome)
    }

    @Test(
        arguments: [
            ("POST /v1/nxtele/dr/T", "203.0.113.9", "default /v1/nxtele/dr/{token}?"),
            ("POST /v1/nxtele/dr/T", "203.0.114.9", "403 nxtele_dr"), ("POST /v1/nxtele/dr/T", nil, "403 nxtele_dr"),
            ("POST /v1/nxtele/dr/x", "203.0.114.9", "404 nxtele_dr"),
            ("PUT /v1/nxtele/dr/T", "203.0.114.9", "403 nxtele_dr"),
            ("POST /callback/dr", "203.0.113.9", "default /callback/dr?"),
            ("POST /callback/dr", "203.0.114.9", "403 nxtele_dr"),
            ("POST /callback/dr?token=x", "203.0.113.9", "404 nxtele_dr"),
            ("POST /v1/nxtele/dr", "203.0.113.9", "404 nxtele_dr"),
            ("POST /v1/nxtele/mo/T", "203.0.114.9", "403 nxtele_mo"),
            ("POST /v1/onoff/sms", "203.0.114.9", "401 onoff_sms"),
        ] as [(String, String?, String)])
    func `an allow list is NXTele's alone`(line: String, client: String?, outcome: String) throws {
        let range = try #require(AddressRange("203.0.113.0/24"))
        let configuration = Self.configuration { $0.allowedAddresses = [range] }
        #expect(Self.outcome(line, client: client, configuration) == outcome)
    }

    @Test(arguments: ["POST /v1/onoff/sms", "POST /v1/nxtele/dr/T", "POST /v1/nxtele/mo/T", "POST /callback/dr/T"])
    func `a route without keys is closed`(line: String) {
        let closed = IngressConfiguration(
            reading: SettingsReader(environment: ["POSTROOM_NXTELE_DR_PATHS": "/callback/dr"]))
        #expect(Self.outcome(line, "x-api-key: K\r\n", closed).hasPrefix("404"))
    }

    @Test(arguments: [(65_536, "default /v1/nxtele/dr/{token}?"), (65_537, "413 nxtele_dr")])
    func `an announced body has its longest length`(length: Int, outcome: String) {
        let fields = "Content-Length: \(length)\r\n"
        #expect(Self.outcome("POST /v1/nxtele/dr/T", fields, Self.configuration()) == outcome)
        #expect(Self.outcome("POST /v1/nxtele/dr/x", fields, Self.configuration()) == "404 nxtele_dr")
    }
}
