import TestSupport
import Testing

@testable import OutboxAPI

/// What clients that read nothing may cost.
@Suite struct UntakenAnswersTests {
    private static let list = "/api/sms/outbox?limit=100"

    @Test func `lists that nobody reads have so much room in common, and nothing else is refused for them`()
        async throws
    {
        // Room for one of the answers below, and not for two.
        try await APIBed.run({ $0.untakenBytesMax = 400_000 }) { bed in
            let data = #""customData":{"a":"\#(String(repeating: "x", count: 4_000))"}"#
            for _ in 0..<60 { #expect(try await bed.call("POST", "/api/sms/send", body: sendBody(data)).status == 201) }
            let answer = try await bed.call("GET", Self.list)
            #expect(answer.status == 200)
            #expect((200_001...400_000).contains(answer.http.body.count))

            // More than the kernel keeps for it.
            let greedy = try await HTTPProbe.open(port: bed.port, receivesLittle: true)
            defer { greedy.close() }
            let request = "GET \(Self.list) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer postroom_admin\r\n\r\n"
            try await greedy.send(String(repeating: request, count: 200))
            try await eventually(within: .seconds(60), "another's list is refused") {
                let answer = try await bed.call("GET", Self.list)
                if answer.status == 503 { #expect(answer.http.headers["retry-after"] != nil) }
                return answer.status == 503
            }
            #expect(try await bed.call("POST", "/api/sms/send", body: sendBody()).status == 201)
            #expect(try await bed.call("GET", "/api/sms/outbox?limit=1").status == 200)
            // A large answer, too, where something was done: refused, it would say that nothing was.
            let words = #""message":"\#(String(repeating: "\u{1F4EE}", count: 1_000))""#
            let large = try await bed.call("POST", "/api/sms/send", body: sendBody(words + "," + data))
            #expect(large.status == 201)
            #expect(large.http.body.count > UntakenAnswers.smallBytesMax)
            greedy.close()
            try await eventually(within: .seconds(60), "another's list is answered") {
                try await bed.call("GET", Self.list).status == 200
            }
        }
    }

    @Test func `the document, for which nobody needs a key, takes no room from lists however many do not read it`()
        async throws
    {
        // Room for some of the lists below, and not for one document.
        try await APIBed.run({ $0.untakenBytesMax = 60_000 }) { bed in
            let data = #""customData":{"a":"\#(String(repeating: "x", count: 4_000))"}"#
            for _ in 0..<3 { #expect(try await bed.call("POST", "/api/sms/send", body: sendBody(data)).status == 201) }
            let greedy = try await HTTPProbe.open(port: bed.port, receivesLittle: true)
            defer { greedy.close() }
            let request = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
            try await greedy.send(String(repeating: request, count: 200))
            for _ in 0..<20 {
                #expect(try await bed.call("GET", "/openapi.json", key: nil).status == 200)
                #expect(try await bed.call("GET", Self.list).status == 200)
            }
        }
    }
}
