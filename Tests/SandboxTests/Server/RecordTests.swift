import Domain
import Sandbox
import TestSupport
import Testing

/// The record queries.
struct RecordTests {
    private static let keys = "appkey=sandbox&secretkey=sandbox"
    /// 23:30 of the same day in the provider's zone.
    private static let now = Timestamp(microseconds: 1_772_379_000_000_000)

    @Test func `a record has the members of the documentation, with a report once there is one`() async throws {
        try await RunningSandbox.run("own-id=on,no-receipt=1,receipt-delay=1h", now: Self.now) { sandbox in
            _ = try await sandbox.send("6288888888888", "content=hello&sys_messageid=qwer1234567890&source_address=666")
            let query = "\(Self.keys)&date=20260301&messageid=qwer1234567890"
            #expect(
                try await sandbox.form("/api/sms/get", query).text
                    == #"{"code":"0","row":{"billing_size":1,"date":"2026-03-01 23:30:00","senderid":"666","#
                    + #""phone":"6288888888888","dr_time":"","billing_price":0.045,"msgid":"qwer1234567890","#
                    + #""billing_status":"Billed","body":"hello","dr_status":"","dr":"","#
                    + #""network":"PT TELEKOMUNIKASI SELULAR"}}"#)
            await sandbox.server.follow(try SandboxScript("own-id=on,no-receipt=1,receipt-delay=0ms,undelivered=1"))
            _ = try await sandbox.send("6288888888889", "content=hello&sys_messageid=qwer1234567891")
            let reported = try await sandbox.form(
                "/api/sms/get", "\(Self.keys)&date=20260301&messageid=qwer1234567891")
            #expect(reported.text.contains(#""dr_time":"2026-03-01 23:30:00""#))
            #expect(reported.text.contains(#""dr_status":"Fail""#))
            let status = try #require(await sandbox.server.accepted.last?.report.status)
            #expect(reported.text.contains(#""dr":"\#(status.text)""#))
        }
    }

    @Test func `a silent message never has a report`() async throws {
        try await RunningSandbox.run("own-id=on,silent=1,receipt-delay=0ms", now: Self.now) { sandbox in
            _ = try await sandbox.send("6288888888888", "content=hello&sys_messageid=qwer1234567890")
            let answer = try await sandbox.form(
                "/api/sms/get", "\(Self.keys)&date=20260301&messageid=qwer1234567890")
            #expect(answer.text.contains(#""dr":"""#))
            #expect(await sandbox.server.counts?.receiptsWaiting == 0)
        }
    }

    @Test(arguments: [("", true), ("lookup-own-id=off", false)])
    func `a message of the provider's own id is found by the caller's, too, unless scripted`(
        script: String, isFound: Bool
    ) async throws {
        try await RunningSandbox.run(script, now: Self.now) { sandbox in
            _ = try await sandbox.send("6288888888888", "content=hello&sys_messageid=qwer1234567890")
            let id = try #require(await sandbox.server.accepted.first?.messageID)
            let byCaller = try await sandbox.form(
                "/api/sms/get", "\(Self.keys)&date=20260301&messageid=qwer1234567890")
            #expect(byCaller.text.contains(#""msgid":"\#(id)""#) == isFound)
            #expect((byCaller.text == #"{"code":"0","row":null}"#) == !isFound)
            let byProvider = try await sandbox.form("/api/sms/get", "\(Self.keys)&date=20260301&messageid=\(id)")
            #expect(byProvider.text.contains(#""msgid":"\#(id)""#))
        }
    }

    @Test func `a message of the caller's id is shown by the list only, where so scripted`() async throws {
        try await RunningSandbox.run("own-id=on,lookup-own-id=off", now: Self.now) { sandbox in
            _ = try await sandbox.send("6288888888888", "content=hello&sys_messageid=qwer1234567890")
            let one = try await sandbox.form(
                "/api/sms/get", "\(Self.keys)&date=20260301&messageid=qwer1234567890")
            #expect(one.text == #"{"code":"0","row":null}"#)
            let list = try await sandbox.form(
                "/api/sms/getSmsCdr", "\(Self.keys)&date=20260301&page=1&page_size=999")
            #expect(list.text.contains(#""msgid":"qwer1234567890""#))
        }
    }

    @Test(arguments: [
        ("/api/sms/get", "date=20260301&messageid=nothing", #"{"code":"0","row":null}"#),
        ("/api/sms/get", "date=20260302&messageid=qwer1234567890", #"{"code":"0","row":null}"#),
        ("/api/sms/get", "date=20260129&messageid=a", #"{"code":"0","row":null}"#),
        ("/api/sms/get", "date=20260128&messageid=a", #"{"code":"3"}"#),
        ("/api/sms/get", "date=2026-03-01&messageid=a", #"{"code":"1"}"#),
        ("/api/sms/get", "date=20260230&messageid=a", #"{"code":"1"}"#),
        ("/api/sms/get", "date=20260301", #"{"code":"1"}"#),
        ("/api/sms/getSmsCdr", "date=20260301&page=1", #"{"code":"1"}"#),
        ("/api/sms/getSmsCdr", "date=20260128&page=1&page_size=9", #"{"code":"1"}"#),
        ("/api/sms/getSmsCdr", "date=20260301&page=1&page_size=1000", #"{"code":"3"}"#),
        ("/api/sms/getSmsCdr", "date=20260301&page=0&page_size=9", #"{"code":"3"}"#),
        (
            "/api/sms/getSmsCdr", "date=20260302&page=1&page_size=999",
            #"{"code":"0","info":{"total":0,"page":1,"pageSize":999,"rows":[]}}"#
        ),
    ])
    func `what is not there, too old or wrong is said`(path: String, query: String, answer: String) async throws {
        try await RunningSandbox.run("own-id=on", now: Self.now) { sandbox in
            _ = try await sandbox.send("6288888888888", "content=hello&sys_messageid=qwer1234567890")
            #expect(try await sandbox.form(path, "\(Self.keys)&\(query)").text == answer)
            #expect(try await sandbox.form(path, "appkey=a&secretkey=b&\(query)").text == #"{"code":"2"}"#)
        }
    }

    @Test func `a day's list comes in pages, oldest or newest first`() async throws {
        try await RunningSandbox.run("own-id=on", now: Self.now) { sandbox in
            for number in 1...5 {
                _ = try await sandbox.send("628888888888\(number)", "content=hello&sys_messageid=message-id-\(number)")
            }
            let list = { (query: String) async throws in
                let text = try await sandbox.form(
                    "/api/sms/getSmsCdr", "\(Self.keys)&date=20260301&page_size=2&\(query)"
                ).text
                #expect(text.hasPrefix(#"{"code":"0","info":{"total":5,"page":"#))
                return text.matches(of: /message-id-([0-9])/).map { String($0.1) }.joined()
            }
            #expect(try await list("page=1") == "12")
            #expect(try await list("page=2") == "34")
            #expect(try await list("page=3&sort_type=0") == "5")
            #expect(try await list("page=4") == "")
            #expect(try await list("page=1&sort_type=1") == "54")
        }
    }

    @Test func `asking for lists too often is refused where scripted`() async throws {
        try await RunningSandbox.run("list-interval=1h", now: Self.now) { sandbox in
            let query = "\(Self.keys)&date=20260301&page_size=2&page=1"
            let first = try await sandbox.form("/api/sms/getSmsCdr", query)
            #expect(first.text.hasPrefix(#"{"code":"0""#))
            #expect(try await sandbox.form("/api/sms/getSmsCdr", query).text == #"{"code":"5"}"#)
            #expect(await sandbox.server.counts?.recordQueries == 2)
        }
    }
}
