import Domain
import Sandbox
import TestSupport
import Testing

/// Receipts over real sockets: their bytes, their order, their number.
struct ReceiptTests {
    /// 2021-02-26 10:01:15 in the provider's zone.
    private static let sampleTime = Timestamp(microseconds: 1_614_304_875_000_000)
    private static let sample =
        "result=DELIVRD&size=1&phone=6282167624806&rate=6.4845&price=0.045&messageid=b308d94a73f94e6d84ae975c41f4b2a6"
        + "&drtime=2021-02-26 10:01:15&currency=USD&sendtime=2021-02-26 10:01:15&status=2"
    private static let fields = "content=abc&sys_messageid=b308d94a73f94e6d84ae975c41f4b2a6"

    @Test func `a receipt in the body is byte for byte the documentation's sample`() async throws {
        let receiver = try Receiver()
        defer { receiver.close() }
        try await RunningSandbox.run("own-id=on,receipt-delay=0ms", receiptURL: receiver.url, now: Self.sampleTime) {
            _ = try await $0.send("6282167624806", Self.fields)
            let callback = try await receiver.received(1)[0]
            #expect(callback.body == Self.sample)
            #expect(callback.line == "POST /v1/nxtele/dr/T HTTP/1.1")
            #expect(callback.head.contains("\r\nContent-Type: x-www-form-urlencoded\r\n"))
            #expect(callback.head.contains("\r\nHost: 127.0.0.1:\(receiver.port)\r\n"))
        }
    }

    @Test func `a receipt of an older account is in the URL with raw spaces`() async throws {
        let receiver = try Receiver()
        defer { receiver.close() }
        try await RunningSandbox.run("own-id=on,receipt-delay=0ms,raw-space=1", now: Self.sampleTime) {
            _ = try await $0.send("6282167624806", Self.fields + "&ext=a%26+%E4%B8%AD&dr_url=\(receiver.url)")
            _ = try await $0.send("6282167624806", Self.fields + "&dr_url=\(receiver.url)%3Fk%3Dv")
            let callbacks = try await receiver.received(2)
            #expect(callbacks.allSatisfy { $0.body.isEmpty && !$0.head.contains("Content-Type") })
            #expect(
                Set(callbacks.map(\.line)) == [
                    "POST /v1/nxtele/dr/T?\(Self.sample)&ext=a%26%20%E4%B8%AD HTTP/1.1",
                    "POST /v1/nxtele/dr/T?k=v&\(Self.sample) HTTP/1.1",
                ])
        }
    }

    @Test func `the call's own address wins, and without any there is no receipt`() async throws {
        let (configured, own) = (try Receiver(), try Receiver())
        defer {
            configured.close()
            own.close()
        }
        try await RunningSandbox.run("receipt-delay=0ms", receiptURL: configured.url) {
            _ = try await $0.send("6282167624806", "content=a&dr_url=\(own.url)")
            _ = try await $0.send("6282167624807", "content=a")
            #expect(try await own.received(1)[0].body.contains("phone=6282167624806&"))
            #expect(try await configured.received(1)[0].body.contains("phone=6282167624807&"))
        }
        try await RunningSandbox.run("receipt-before-answer=1") {
            let answers = try await [
                $0.send("6282167624806", "content=a"), $0.send("6282167624806", "content=a&dr_url=https://a/"),
            ]
            #expect(answers.map(\.status) == [200, 200])
            #expect(await $0.server.counts?.receiptsUnaddressed == 2)
        }
    }

    @Test func `a receipt before the answer has come when the answer comes`() async throws {
        let receiver = try Receiver()
        defer { receiver.close() }
        try await RunningSandbox.run("receipt-before-answer=1,receipt-delay=1h", receiptURL: receiver.url) {
            for number in 1...5 {
                let answer = try await $0.send("628216762480\(number)")
                #expect(answer.status == 200)
                #expect(receiver.received.count == number)
            }
        }
    }

    @Test func `a call waits for its own receipt, but not for ever`() async throws {
        let nobody = try Receiver(listens: false)
        defer { nobody.close() }
        try await RunningSandbox.run(
            "receipt-before-answer=1", receiptURL: nobody.url,
            { $0.earlyReceiptWaitMax = .milliseconds(100) }
        ) {
            let start = ContinuousClock.now
            let answer = try await $0.send()
            #expect(answer.status == 200)
            #expect(ContinuousClock.now - start >= .milliseconds(100))
        }
    }

    @Test func `each message has the receipts of its plan`() async throws {
        let receiver = try Receiver()
        defer { receiver.close() }
        let script =
            "receipt-delay=0ms-50ms,no-receipt=0.2,silent=0.1,duplicate-receipt=0.3,reorder-receipt=0.3,raw-space=0.3,"
            + "undelivered=0.3,unknown=0.1,drop=0.1,receipt-before-answer=0.2"
        try await RunningSandbox.run(script, receiptURL: receiver.url) { sandbox in
            for number in 0..<60 { _ = try? await sandbox.send("62821676\(10_000 + number)") }
            let accepted = await sandbox.server.accepted
            #expect(accepted.count == 60)
            let wanted = accepted.reduce(0) { $0 + $1.report.receiptCount }
            let callbacks = try await receiver.received(wanted)
            try await eventually("counts") { await sandbox.server.counts?.receiptsDelivered == wanted }
            #expect(receiver.received.count == wanted)
            for acceptance in accepted {
                let own = callbacks.map { $0.line + "\n" + $0.body }.filter {
                    $0.contains("messageid=\(acceptance.messageID)&")
                }
                let report = acceptance.report
                #expect(own.count == report.receiptCount)
                let finals = own.filter { $0.contains("result=\(report.status.text)&") }
                let isOlderTheSame = report.hasOlderReport && report.status == .unknown
                #expect(
                    finals.count == (own.isEmpty ? 0 : (report.isDoubled ? 2 : 1) + (isOlderTheSame ? 1 : 0)))
                #expect(own.allSatisfy { $0.contains("\n\n") == false })
                #expect(own.allSatisfy { $0.hasPrefix("POST /v1/nxtele/dr/T?") == (report.form == .rawSpace) })
                if report.hasOlderReport, let last = own.last {
                    #expect(last.contains("status=12"))
                }
            }
            #expect(await sandbox.server.counts?.receiptsWaiting == 0)
        }
    }

    @Test func `the older report that comes last has an earlier time`() async throws {
        let receiver = try Receiver()
        defer { receiver.close() }
        try await RunningSandbox.run(
            "reorder-receipt=1,receipt-delay=0ms,own-id=on", receiptURL: receiver.url, now: Self.sampleTime
        ) {
            _ = try await $0.send("6282167624806", Self.fields)
            let callbacks = try await receiver.received(2)
            #expect(callbacks[0].body == Self.sample)
            #expect(callbacks[1].body.contains("result=UNKNOWN&"))
            #expect(callbacks[1].body.contains("&drtime=2021-02-26 10:01:14&"))
            #expect(callbacks[1].body.hasSuffix("&status=12"))
        }
    }

    @Test func `what is answered with anything but success counts as refused`() async throws {
        let receiver = try Receiver(.error)
        defer { receiver.close() }
        try await RunningSandbox.run("receipt-delay=0ms", receiptURL: receiver.url) { sandbox in
            _ = try await sandbox.send()
            try await eventually("refusal") { await sandbox.server.counts?.receiptsRefused == 1 }
            #expect(receiver.received.count == 1)
        }
    }

    @Test func `a receiver that begins to listen later gets its receipt`() async throws {
        let receiver = try Receiver(listens: false)
        defer { receiver.close() }
        try await RunningSandbox.run("receipt-delay=0ms", receiptURL: receiver.url) { sandbox in
            _ = try await sandbox.send()
            #expect(await sandbox.server.counts?.receiptsWaiting == 1)
            try receiver.listen()
            #expect(try await receiver.received(1).count == 1)
        }
    }

    @Test func `without the retry a receipt is called once and lost`() async throws {
        let receiver = try Receiver(listens: false)
        defer { receiver.close() }
        try await RunningSandbox.run(
            "receipt-delay=0ms", receiptURL: receiver.url, { $0.receipts.retryFor = .zero }
        ) { sandbox in
            _ = try await sandbox.send()
            try await eventually("failure") { await sandbox.server.counts?.receiptsFailed == 1 }
            #expect(await sandbox.server.counts?.receiptsWaiting == 0)
        }
    }

    @Test func `connections are kept, and bounded`() async throws {
        let receiver = try Receiver()
        defer { receiver.close() }
        try await RunningSandbox.run("receipt-delay=0ms", receiptURL: receiver.url, { $0.receipts.connectionsMax = 2 })
        {
            for number in 10..<60 { _ = try await $0.send("62821676248\(number)") }
            let callbacks = try await receiver.received(50)
            #expect((1...2).contains(Set(callbacks.map(\.connection)).count))
        }
    }

    @Test func `a server that closes kept connections gets every receipt`() async throws {
        let receiver = try Receiver(.closing)
        defer { receiver.close() }
        try await RunningSandbox.run("receipt-delay=0ms", receiptURL: receiver.url, { $0.receipts.connectionsMax = 1 })
        {
            sandbox in
            for number in 10..<40 { _ = try await sandbox.send("62821676248\(number)") }
            let callbacks = try await receiver.received(30)
            #expect(Set(callbacks.map(\.connection)).count == 30)
            try await eventually("counts") { await sandbox.server.counts?.receiptsDelivered == 30 }
            #expect(await sandbox.server.counts?.receiptsFailed == 0)
        }
    }

    @Test func `callbacks that find no room fail`() async throws {
        let nobody = try Receiver(listens: false)
        defer { nobody.close() }
        try await RunningSandbox.run(
            "receipt-delay=0ms", receiptURL: nobody.url,
            {
                $0.receipts.waitingMax = 2
                $0.receipts.serversMax = 1
            }
        ) { sandbox in
            for number in 1...5 { _ = try await sandbox.send("628216762480\(number)") }
            #expect(await sandbox.server.counts?.receiptsFailed == 3)
            #expect(await sandbox.server.counts?.receiptsWaiting == 2)
            _ = try await sandbox.send("6282167624806", "content=a&dr_url=http://127.0.0.1:1/")
            #expect(await sandbox.server.counts?.receiptsFailed == 4)
        }
    }

    @Test func `several numbers have receipts of their own, without ext`() async throws {
        let receiver = try Receiver()
        defer { receiver.close() }
        try await RunningSandbox.run("receipt-delay=0ms", receiptURL: receiver.url) {
            _ = try await $0.send("6282167624806,6282167624807", "content=a&ext=E&dr_url=http://127.0.0.1:1/")
            let callbacks = try await receiver.received(2)
            #expect(callbacks.allSatisfy { $0.body.firstMatch(of: /messageid=[0-9a-f]{32}-[0-9]{10}&/) != nil })
            #expect(callbacks.allSatisfy { !$0.body.contains("ext=") })
        }
    }
}
