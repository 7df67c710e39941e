#if DEBUG || FUZZ
    import Providers

    extension FuzzTarget {
        private static let sender = NXTeleSender(
            NXTeleAccess(
                appKey: "demoApp1", secretKey: "s3cr&t+k y",
                signed: (accessKey: "fme2na3kdi3ki", accessSecret: "abcdef"),
                receiptURL: "https://in.example/dr?k=a"))
        private static let words = [
            #"{"code":"0""#, #""code":0"#, #""code":88"#, #""result":""#, #""messageid":""#, #""message":""#,
            #""row":{"#,
            #""info":{"total":1,"rows":[{"#, #""rows":[]"#, #""total":0"#, #""data":{"balance":""#, #""balance":"1.5""#,
            #""amount_cus":""#, #""credit_cus":"9""#, #""currency":"USD""#, #""dr":"DELIVRD""#, #""msgid":"x""#,
            #""phone":"6281""#,
            #""dr_time":"2021-06-28 09:00:00""#, #""dr_status":"Success""#, #""billing_price":0.09"#, "null", "{}",
            "s3cr&t+k y",
        ]

        static let sendAnswer = FuzzTarget("send-answer", words: words) { bytes, trace in
            let reply = reply(bytes)
            let result = sender.result(of: reply)
            trace.require(sender.result(of: reply) == result, "reading again gives the same")
            trace.note("\(result.outcome)".prefix { $0 != "(" && $0 != "\"" }.description)
            trace.note(result.code ?? "-")
            trace.note(size: result.answer?.utf8.count ?? 0)
            if case .accepted = result.outcome { trace.require(result.code == "0", "accepted is code 0") }
            if let answer = result.answer {
                trace.require(answer.utf8.count <= ReplyLimits.wordsBytesMax, "a provider's words are few")
                trace.require(answer.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a provider's words are one line")
                trace.require(!answer.contains("s3cr&t+k y"), "a provider's words hold no secret")
            }
        }

        static let recordAnswer = FuzzTarget("record-answer", words: words) { bytes, trace in
            let answer = sender.lookUpResult(of: reply(bytes))
            trace.require(sender.lookUpResult(of: reply(bytes)) == answer, "reading again gives the same")
            switch answer {
            case .found(let record):
                trace.note("found")
                note(record, &trace)
            case .refused(let code): trace.note(code ?? "-")
            default: trace.note("\(answer)")
            }
        }

        static let dayListAnswer = FuzzTarget("day-list-answer", words: words) { bytes, trace in
            let answer = sender.dayListResult(of: reply(bytes))
            trace.require(sender.dayListResult(of: reply(bytes)) == answer, "reading again gives the same")
            switch answer {
            case .page(let records, let total):
                trace.note("page")
                trace.note(size: records.count)
                trace.note(size: total)
                trace.require(records.count <= ReplyLimits.pageRecordsMax, "a page is bounded")
                for record in records.prefix(2) { note(record, &trace) }
            case .refused(let code): trace.note(code ?? "-")
            default: trace.note("\(answer)")
            }
        }

        static let billedPage = FuzzTarget(
            "billed-page",
            words: words + [#""billing_size":"2""#, #""billing_status":"Yes""#, #""network":893"#, #""senderid":"""#]
        ) { bytes, trace in
            let answer = sender.billedPage(of: reply(bytes))
            trace.require(sender.billedPage(of: reply(bytes)) == answer, "reading again gives the same")
            switch answer {
            case .page(let records, let withoutID, let total):
                trace.note("page")
                trace.note(size: records.count)
                trace.note(size: withoutID)
                trace.note(size: total)
                trace.require(records.count + withoutID <= ReplyLimits.pageRecordsMax, "a page is bounded")
                for record in records {
                    trace.note(record.price != nil)
                    trace.note(record.size != nil)
                    trace.require(!record.messageID.isEmpty, "a record has its message's id")
                    trace.require(
                        ![record.messageID, record.phone, record.report, record.priceText, record.network].contains {
                            $0.utf8.contains(0)
                        }, "no text has a NUL")
                }
            case .refused(let code): trace.note(code ?? "-")
            default: trace.note("\(answer)")
            }
        }

        static let balanceAnswer = FuzzTarget("balance-answer", words: words) { bytes, trace in
            let answer = sender.balanceResult(of: reply(bytes))
            trace.require(sender.balanceResult(of: reply(bytes)) == answer, "reading again gives the same")
            switch answer {
            case .balance(let amount, let credit, let currency):
                trace.note("balance")
                trace.note(credit != nil)
                trace.note(answer.hasMoney)
                trace.note(currency != nil)
                trace.note(size: amount.utf8.count)
                trace.require(
                    amount.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D },
                    "an amount is a decimal")
            case .refused(let code): trace.note(code ?? "-")
            default: trace.note("\(answer)")
            }
        }

        private static func reply(_ bytes: [UInt8]) -> ProviderReply {
            var draw = Draw(bytes)
            return ProviderReply(status: draw.below(4) == 0 ? 100 + draw.below(500) : 200, body: bytes)
        }

        private static func note(_ record: ProviderRecord, _ trace: inout Trace) {
            trace.note(record.report != nil)
            trace.require(!record.messageID.utf8.contains(0), "no text has a NUL")
            guard let receipt = record.report?.receipt else { return }
            trace.note(receipt.status)
            trace.note(receipt.content.price != nil)
            trace.require(
                !receipt.reportedTime.utf8.contains(0) && !receipt.content.result.utf8.contains(0), "no text has a NUL")
        }
    }
#endif
