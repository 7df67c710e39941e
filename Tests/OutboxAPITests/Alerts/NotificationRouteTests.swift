import Testing

@testable import OutboxAPI

@Suite struct NotificationRouteTests {
    private static let path = "/api/sms/notifications"

    private static func ids(_ answer: APIAnswer) -> [String] {
        answer["notifications"]?.items.compactMap { $0["id"]?.text } ?? []
    }

    @Test func `pages are the latest first, each notification once, and nobody else's`() async throws {
        try await APIBed.run { bed in
            try await bed.addAccount("other", kind: "postpaid")
            _ = try await bed.addNotification(account: "other")
            var made: [String] = []
            for second in 0..<7 { made.insert(try await bed.addNotification(second: second), at: 0) }
            var listed: [String] = []
            var cursor: String?
            repeat {
                let page = try await bed.call("GET", Self.path + "?limit=3" + (cursor.map { "&cursor=\($0)" } ?? ""))
                #expect(page.status == 200)
                listed += Self.ids(page)
                cursor = page.text("nextCursor")
            } while cursor != nil
            #expect(listed == made)
            let one = try await bed.call("GET", Self.path + "?limit=1")
            let first = one["notifications"]?.items.first
            #expect(first?["type"]?.text == "sms.failed")
            #expect(first?["data"]?["outboxId"]?.text == "x")
            #expect(first?["readAt"] == .null)
        }
    }

    @Test func `what was read is no longer among the unread, one by one or all up to one`() async throws {
        try await APIBed.run { bed in
            var made: [String] = []
            for second in 0..<5 { made.append(try await bed.addNotification(second: second)) }
            let unread = { Self.ids(try await bed.call("GET", Self.path + "?unread=true")) }
            let mark = { (id: String) in try await bed.call("POST", "\(Self.path)/\(id)/read") }
            for marked in ["1", "0"] { #expect(try await mark(made[3]).text("marked") == marked) }
            #expect(try await unread() == [made[4], made[2], made[1], made[0]])
            let upTo = try await bed.call("POST", Self.path + "/read", body: #"{"upTo":"\#(made[2])"}"#)
            #expect(upTo.text("marked") == "3")
            #expect(try await unread() == [made[4]])
            #expect(try await bed.call("GET", Self.path + "?unread=false")["notifications"]?.items.count == 5)
        }
    }

    @Test func `another account's are marked by nobody, and what is no id is found nowhere`() async throws {
        try await APIBed.run { bed in
            try await bed.addAccount("other", kind: "postpaid")
            let id = try await bed.addNotification(account: "other", second: 9)
            _ = try await bed.addNotification()
            #expect(try await bed.call("POST", "\(Self.path)/\(id)/read").status == 404)
            for given in [id, "x"] {
                let answer = try await bed.call("POST", Self.path + "/read", body: #"{"upTo":"\#(given)"}"#)
                #expect(answer.status == 404)
            }
            #expect(try await bed.sql("SELECT count(*) FROM alert.notification WHERE read_at IS NOT NULL") == ["0"])
            #expect(try await bed.call("POST", Self.path + "/read", body: "{}").wrongFields == ["upTo"])
            #expect(try await bed.call("GET", Self.path + "?unread=maybe").wrongFields == ["unread"])
            #expect(try await bed.call("POST", "\(Self.path)/x/read").status == 404)
            #expect(try await bed.call("GET", "\(Self.path)/\(id)").status == 404)
        }
    }
}
