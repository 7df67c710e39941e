#if DEBUG || FUZZ
    import Domain

    @testable import OutboxAPI

    extension FuzzTarget {
        private static let bodyWords = [
            #""recipientPhoneNumber":"+254712345678""#, #""message":""#, #""senderId":"TUKUPAY""#, #""userId":""#,
            #""messageId":""#, #""scheduleTimestamp":"2024-12-20T12:00:00Z""#, #""validForSeconds":60"#,
            #""priority":"high""#, #""tags":["a"]"#, #""customData":{"a":1e3}"#, #""outboxId":""#,
            #""allowDuplicate":true"#, #""amount":10.5"#, #""reference":"r""#, "null", "[", "{", ",", ":",
        ]
        private static let send = SendFields(clock: { Timestamp(microseconds: 1_700_000_000_000_000) })

        static let apiBody = FuzzTarget("api-body", words: bodyWords) { bytes, trace in
            let value: JSONValue
            do throws(JSONFailure) { value = try JSONParser.parse(bytes) } catch { return trace.note("\(error)") }
            var writer = JSONWriter()
            writer.value(value, sortingNames: false)
            trace.require((try? JSONParser.parse(writer.bytes)) == value, "what is written reads back")
            trace.note(value.kind)
            guard case .object(let members) = value else { return }
            trace.note(size: members.count)
            do throws(Problem) {
                let request = try send.read(members, idempotencyKey: nil)
                trace.note("send")
                trace.note(size: request.message.unicodeScalars.count)
                trace.require(
                    1...SendFields.messageCharactersMax ~= request.message.unicodeScalars.count, "a message is bounded")
                trace.require(request.customData.utf8.count <= SendFields.customDataBytesMax, "custom data are bounded")
                trace.require((try? JSONParser.parse(Array(request.customData.utf8))) != nil, "custom data are JSON")
            } catch {
                for problem in error.errors.prefix(4) where problem.detail != "Is not a field of this request." {
                    trace.note(problem.field)
                    trace.note(problem.detail)
                }
            }
            trace.note((try? ResendFields().read(members)) != nil)
            trace.note((try? TopUpFields().read(members)) != nil)
        }

        static let apiQuery = FuzzTarget(
            "api-query",
            words: [
                "limit=", "&cursor=", "&status=sent", "&tag=", "&recipient=%2B254", "&userId=",
                "&from=2024-12-20T12:00:00Z",
                "&to=2024-12-20T12:00:00+03:00", "%20", "=", "&",
            ]
        ) { bytes, trace in
            let text = String(decoding: bytes, as: UTF8.self)
            // A whole byte is what a cursor has; bits that are left over say nothing.
            if let place = Cursor.bytes(of: text) {
                trace.note("cursor")
                trace.require(Cursor.bytes(of: Cursor.text(of: place)) == place, "a cursor reads back")
            }
            let principal = Principal(account: "a", userID: "u", scopes: [.read, .admin])
            do throws(Problem) {
                let (filter, limit) = try ListFields().read(text, principal)
                trace.note("filter")
                trace.note(filter.status != nil)
                trace.note(filter.recipient != nil)
                trace.note(filter.before != nil)
                trace.note(filter.from != nil)
                trace.require(1...ListFields.limitMax ~= limit, "a page is bounded")
            } catch {
                trace.note("refused")
            }
        }
    }
#endif
