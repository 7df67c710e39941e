import Domain
import Foundation
import Runtime
import Sandbox
import TestSupport
import Testing

/// Over real sockets: how calls are answered, and what was really sent.
struct SendTests {
    @Test func `an accepted call is answered byte for byte as the documentation shows`() async throws {
        try await RunningSandbox.run("own-id=on") { sandbox in
            let answer = try await sandbox.send(
                "123456789", "content=abc&sys_messageid=20d6c660bd664c65bef20026564b0b79")
            #expect(answer.status == 200)
            #expect(
                answer.text
                    == #"{"result":"请求成功","messageid":"20d6c660bd664c65bef20026564b0b79","code":"0"}"#)
        }
    }

    @Test func `ids are 32 hexadecimal digits of the provider's own, and the caller's is kept beside`() async throws {
        try await RunningSandbox.run { sandbox in
            let answer = try await sandbox.send(
                "6282167624806", "content=abc&sys_messageid=01890000-aaaa-7bbb&ext=E%201")
            let accepted = try #require(await sandbox.server.accepted.first)
            #expect(accepted.messageID.wholeMatch(of: /[0-9a-f]{32}/) != nil)
            #expect(answer.text.contains(#""messageid":"\#(accepted.messageID)""#))
            #expect(accepted.systemMessageID == "01890000-aaaa-7bbb")
            #expect(accepted.ext == "E 1")
        }
    }

    @Test func `two runs of one seed give different ids, and the same salt the same`() async throws {
        var ids: [String] = []
        for salt in [1, 2, 1] as [UInt64] {
            try await RunningSandbox.run("", { $0.idSalt = salt }) { sandbox in
                _ = try await sandbox.send()
                ids += await sandbox.server.accepted.map(\.messageID)
            }
        }
        #expect(ids.count == 3)
        #expect(ids[0] != ids[1])
        #expect(ids[0] == ids[2])
    }

    @Test(arguments: [
        ("appkey=no&secretkey=sandbox&phone=6282167624806&content=a", "1"),
        ("appkey=sandbox&secretkey=no&phone=6282167624806&content=a", "1"),
        ("phone=6282167624806&content=a", "1"), ("appkey=sandbox&secretkey=sandbox&content=a", "2"),
        ("appkey=sandbox&secretkey=sandbox&phone=6282167624806&content=", "4"),
        ("appkey=sandbox&secretkey=sandbox&phone=6282167624806&content=\(String(repeating: "a", count: 1_001))", "5"),
        ("appkey=sandbox&secretkey=sandbox&phone=%2B6282167624806&content=a", "6"),
        ("appkey=sandbox&secretkey=sandbox&phone=123456&content=a", "6"),
        ("appkey=sandbox&secretkey=sandbox&phone=6282167624806,&content=a", "6"),
        (
            "appkey=sandbox&secretkey=sandbox&content=a&phone="
                + Array(repeating: "6282167624806", count: 101).joined(separator: ","), "7"
        ),
        ("appkey=sandbox&secretkey=sandbox&phone=6282167624806&content=a&source_address=A-B", "8"),
        ("appkey=sandbox&secretkey=sandbox&phone=6282167624806&content=a&sys_messageid=short", "2"),
    ])
    func `a call that is wrong is refused with its code and not accepted`(body: String, code: String) async throws {
        try await RunningSandbox.run { sandbox in
            let answer = try await sandbox.form("/api/sms/mtsend", body)
            #expect(answer.status == 200)
            #expect(answer.text.hasSuffix(#","messageid":"","code":"\#(code)"}"#))
            #expect(await sandbox.server.accepted.isEmpty)
            #expect(await sandbox.server.counts?.fates == ["code:\(code)": 1])
        }
    }

    @Test func `JSON is refused where a form is wanted`() async throws {
        try await RunningSandbox.run { sandbox in
            let answer = try await sandbox.post(
                "/api/sms/mtsend", #"{"appkey":"sandbox"}"#, "Content-Type: application/json\r\n")
            #expect(answer.text.hasSuffix(#""code":"2"}"#))
        }
    }

    @Test(arguments: [("code:88=1", "88"), ("code:3=1", "3"), ("code:1004=1", "1004"), ("code:9999=1", "9999")])
    func `a scripted code is answered and nothing accepted`(script: String, code: String) async throws {
        try await RunningSandbox.run(script) { sandbox in
            let answer = try await sandbox.send()
            #expect(answer.text.hasSuffix(#","messageid":"","code":"\#(code)"}"#))
            #expect(await sandbox.server.accepted.isEmpty)
            #expect(await sandbox.server.counts?.fates == ["code:\(code)": 1])
        }
    }

    @Test func `a scripted HTTP status is answered with Retry-After and nothing accepted`() async throws {
        try await RunningSandbox.run("http503=1,retry-after=7s") { sandbox in
            let answer = try await sandbox.send()
            #expect(answer.status == 503)
            #expect(answer.headers["retry-after"] == "7")
            #expect(await sandbox.server.accepted.isEmpty)
        }
    }

    @Test(arguments: [("drop=1", 1), ("lost=1", 0)])
    func `a dropped call was accepted and a lost one was not, and neither is answered`(
        script: String, accepted: Int
    ) async throws {
        try await RunningSandbox.run(script) { sandbox in
            let probe = try await HTTPProbe.open(port: sandbox.port)
            try await probe.send(
                RunningSandbox.request(
                    "/api/sms/mtsend", "appkey=sandbox&secretkey=sandbox&phone=6282167624806&content=a",
                    "Content-Type: application/x-www-form-urlencoded\r\n"))
            await #expect(throws: TestSupportFailure.self) { try await probe.receive() }
            #expect(try await probe.isClosedByServer())
            #expect(await sandbox.server.accepted.count == accepted)
        }
    }

    @Test func `a hanging call is accepted at once and answered late`() async throws {
        try await RunningSandbox.run("hang=1,hang-time=300ms,delay=1h") { sandbox in
            let start = ContinuousClock.now
            async let answer = sandbox.send()
            try await eventually("acceptance") { await sandbox.server.accepted.count == 1 }
            #expect(try await answer.text.hasSuffix(#""code":"0"}"#))
            #expect(ContinuousClock.now - start >= .milliseconds(300))
        }
    }

    @Test func `an answer comes after its delay`() async throws {
        try await RunningSandbox.run("delay=200ms") { sandbox in
            let start = ContinuousClock.now
            let answer = try await sandbox.send()
            #expect(answer.status == 200)
            #expect(ContinuousClock.now - start >= .milliseconds(200))
        }
    }

    @Test(arguments: [("garbage=1", true), ("garbage-lost=1", false)])
    func `garbage of every kind cannot be read, and was accepted or not`(script: String, isAccepted: Bool) async throws
    {
        try await RunningSandbox.run(script) { sandbox in
            var kinds: Set<String> = []
            for number in 0..<40 {
                do {
                    let answer = try await sandbox.send("62821676248\(10 + number)")
                    #expect(answer.status == 200)
                    #expect(!answer.text.contains(#""code":""#))
                    kinds.insert(answer.text)
                } catch let failure as TestSupportFailure {
                    kinds.insert("no HTTP")
                    #expect("\(failure)".contains("no HTTP"))
                }
            }
            #expect(kinds.count == GarbageAnswer.allCases.count)
            #expect(await sandbox.server.accepted.count == (isAccepted ? 40 : 0))
        }
    }

    @Test func `many calls go over one connection`() async throws {
        try await RunningSandbox.run { sandbox in
            let probe = try await HTTPProbe.open(port: sandbox.port)
            let request = RunningSandbox.request(
                "/api/sms/mtsend", "appkey=sandbox&secretkey=sandbox&phone=6282167624806&content=a",
                "Content-Type: application/x-www-form-urlencoded\r\n")
            // Three at once, so that the next is there before the first is answered.
            try await probe.send(request + request + request)
            for _ in 0..<3 { #expect(try await probe.receive().status == 200) }
            try await probe.send(request)
            #expect(try await probe.receive().status == 200)
            #expect(await sandbox.server.accepted.count == 4)
        }
    }

    @Test func `a body that is too large, a path and a method that do not exist are refused`() async throws {
        try await RunningSandbox.run("", { $0.bodyBytesMax = 100 }) { sandbox in
            let large = try await sandbox.send("1", "content=\(String(repeating: "a", count: 100))")
            #expect(large.status == 413)
            #expect(try await sandbox.form("/api/sms/nothing", "").status == 404)
            #expect(try await HTTPProbe.get("/api/sms/mtsend", port: sandbox.port).status == 405)
        }
    }

    @Test func `connections are bounded`() async throws {
        try await RunningSandbox.run("", { $0.connectionsMax = 1 }) { sandbox in
            let first = try await HTTPProbe.open(port: sandbox.port)
            let request = RunningSandbox.request("/api/sms/nothing", "", "")
            try await first.send(request)
            #expect(try await first.receive().status == 404)
            let second = try await HTTPProbe.open(port: sandbox.port)
            #expect(try await second.isClosedByServer())
            try await first.send(request)
            #expect(try await first.receive().status == 404)
        }
    }

    @Test func `the script is changed while it runs, and one that is wrong changes nothing`() async throws {
        try await RunningSandbox.run("code:3=1") { sandbox in
            #expect(try await sandbox.send().text.hasSuffix(#""code":"3"}"#))
            let wrong = try await sandbox.post("/sandbox/script", "dorp=1", "")
            #expect(wrong.status == 400)
            #expect(wrong.text == "There is no behaviour dorp.\n")
            #expect(try await HTTPProbe.get("/sandbox/script", port: sandbox.port).text == "code:3=1.0\n")
            #expect(try await sandbox.send().text.hasSuffix(#""code":"3"}"#))
            #expect(try await sandbox.post("/sandbox/script", "", "").status == 200)
            #expect(try await sandbox.send().text.hasSuffix(#""code":"0"}"#))
            await sandbox.server.follow(try SandboxScript("code:9=1"))
            #expect(try await sandbox.send().text.hasSuffix(#""code":"9"}"#))
        }
    }

    @Test func `the accept log has a line for each acceptance, without the text, and stays`() async throws {
        let path = NSTemporaryDirectory() + "sandbox-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let time = try #require(Timestamp(iso8601: "2026-03-01T12:00:00Z"))
        for number in 1...2 {
            try await RunningSandbox.run(
                "own-id=on,undelivered=1,drop=1,duplicate-receipt=1", now: time, { $0.logPath = path }
            ) { sandbox in
                await #expect(throws: TestSupportFailure.self) {
                    try await sandbox.send(
                        "6282167624806", "content=secret+text&sys_messageid=message-\(number)-a&ext=e\(number)")
                }
                let shown = try await HTTPProbe.get("/sandbox/accepted", port: sandbox.port).text
                #expect(shown == shown.split(separator: "\n").map { "\($0)\n" }.joined())
                #expect(shown.contains("message-\(number)-a"))
                let counts = try await HTTPProbe.get("/sandbox/counts", port: sandbox.port).text
                #expect(counts.hasPrefix(#"{"calls":1,"accepted":1,"fates":{"drop":1},"#))
            }
        }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(!lines.joined().contains("secret"))
        #expect(
            lines[0].hasPrefix(
                #"{"time":"2026-03-01T12:00:00.000Z","messageid":"message-1-a","sys_messageid":"message-1-a","ext":"e1","#
                    + #""phone":"6282167624806","content_hash":"\#(ContentFingerprint("secret text"))","#
                    + #""behaviour":"drop","receipt_behaviours":["duplicate-receipt"],"receipts":2,"status":"#))
    }

    @Test func `what cannot be logged is not accepted`() async throws {
        try await RunningSandbox.run("", { $0.logPath = "/dev/full" }) { sandbox in
            let answer = try await sandbox.send()
            #expect(answer.text.hasSuffix(#""code":"99"}"#))
            #expect(await sandbox.server.accepted.isEmpty)
        }
    }

    @Test func `what cannot start says why`() async throws {
        try await RunningSandbox.run { sandbox in
            var configuration = SandboxConfiguration()
            configuration.listen = ListenAddress(host: "127.0.0.1", port: sandbox.server.port)
            let taken = SandboxServer(configuration)
            let failure = await #expect(throws: SandboxStartFailure.self) { try await taken.start() }
            #expect(
                failure?.description
                    == "The sandbox cannot listen on \(configuration.listen): the port is taken by another process.")
            await #expect(throws: SandboxStartFailure.startedTwice) { try await sandbox.server.start() }
        }
        var configuration = SandboxConfiguration()
        configuration.receiptURL = "https://a/"
        await #expect(throws: SandboxStartFailure.badReceiptURL) { try await SandboxServer(configuration).start() }
        configuration.receiptURL = nil
        configuration.logPath = "/nowhere/log"
        await #expect(
            throws: SandboxStartFailure.cannotLog(path: "/nowhere/log", reason: "No such file or directory")
        ) { try await SandboxServer(configuration).start() }
    }

    @Test func `after the end nothing answers, and a second end does nothing`() async throws {
        let server = SandboxServer()
        await server.stop()
        try await server.start()
        let port = UInt16(server.port)
        await server.stop()
        await server.stop()
        await #expect(throws: TestSupportFailure.self) { try await HTTPProbe.open(port: port) }
        #expect(await server.accepted.isEmpty)
        #expect(await server.counts == nil)
    }
}
