#if DEBUG || FUZZ
    import Domain

    @testable import Providers

    extension FuzzTarget {
        private static let receiptWords = [
            "result=", "DELIVRD", "&size=", "&phone=", "&rate=", "&price=", "&messageid=", "&drtime=",
            "2021-02-26 10:01:15", "&currency=USD", "&sendtime=", "&status=2", "&ext=", "MESSAGEID=", "¤cy=",
            "%C2%A4cy=",
            #"{"messageid":""#, #"","phone":""#, #"","status":2}"#, "null", "true",
        ]
        private static let inboundWords = [
            "messageId=", "&toPhone=%2B1", "&fromPhone=", "&content=", "&type=1", "&type=0", "&smsStatus=DELIVRD",
            "&smsStatus=UNDELIV", "&receiveTime=2021-02-07+14%3A54%3A00", "&size=1", "&price=0.0360",
            #"{"messageId":""#, #"","toPhone":""#, #"","fromPhone":""#, #"","content":""#,
        ]
        private static let logWords = [
            #""id":"12345""#, #""eventName":"SMS""#, #""eventName":"CDR""#, #""onoffUserNumber":""#,
            #""externalNumber":""#, #""date":"2023-05-20T14:30:00Z""#, #""smsDirection":"SENT""#, #""body":""#, "null",
            "true", "[]", "{}", ",", ":",
        ]

        static let nxteleReceipt = FuzzTarget("nxtele-receipt", words: receiptWords) { bytes, trace in
            let parser = NXTeleReceiptParser()
            guard let event = parse(parser, webhook(.nxteleReceipt, bytes), &trace) else { return }
            guard case .receipt(let receipt, _, _) = event else {
                return trace.require(false, "the receipt parser makes receipts")
            }
            trace.note(receipt.content.price != nil)
            trace.note(receipt.content.currency != nil)
            trace.note(size: receipt.content.result.utf8.count)
            trace.note(size: receipt.reportedTime.utf8.count)
            var draw = Draw(bytes)
            for encoded in ReceiptEncodings.all(of: receipt, &draw) {
                let again = try? parser.parse(encoded)
                trace.require(again == event, "every encoding of a receipt is the same receipt")
            }
        }

        static let nxteleInbound = FuzzTarget("nxtele-inbound", words: inboundWords) { bytes, trace in
            var draw = Draw(bytes)
            let headers =
                draw.below(8) == 0 ? ["action: mo\r\n", "action: dr\r\n", "action:\r\n", "action"][draw.below(4)] : ""
            _ = parse(NXTeleInboundParser(), webhook(.nxteleInbound, bytes, headers: headers), &trace)
        }

        static let onoffLog = FuzzTarget("onoff-log", words: logWords) { bytes, trace in
            let parser = OnoffLogParser()
            let event = parse(parser, webhook(.onoffSMS, bytes, splits: false), &trace)
            guard case .smsLog(let log)? = event else { return }
            let spaced = Array(" \t\r\n".utf8) + bytes + Array(" \n".utf8)
            let again = try? parser.parse(webhook(.onoffSMS, spaced, splits: false))
            trace.note(bytes.starts(with: [0xEF, 0xBB, 0xBF]))
            if !bytes.starts(with: [0xEF, 0xBB, 0xBF]), spaced.count <= ParserLimits.inputBytesMax {
                trace.require(again == .smsLog(log), "white space around an object changes nothing")
            }
        }

        /// Parses twice; what comes out must be the same, and fit for Postgres.
        private static func parse(
            _ parser: some WebhookParser, _ raw: RawWebhook, _ trace: inout Trace
        ) -> WebhookEvent? {
            do throws(ParseFailure) {
                let event = try parser.parse(raw)
                trace.require((try? parser.parse(raw)) == event, "parsing again gives the same")
                trace.require(event.texts.allSatisfy { !$0.utf8.contains(0) }, "no text has a NUL")
                switch event {
                case .receipt: trace.note("receipt")
                case .smsLog: trace.note("log")
                case .otherEvent: trace.note("other")
                case .inbound: trace.note("inbound")
                }
                return event
            } catch {
                trace.note(error.reason.rawValue)
                trace.note(error.field ?? "")
                trace.require(error.detail.utf8.count <= 100, "a failure says little")
                return nil
            }
        }

        /// A call with these bytes: as body, or cut into query and body somewhere.
        private static func webhook(
            _ source: WebhookSource, _ bytes: [UInt8], headers: String = "", splits: Bool = true
        ) -> RawWebhook {
            var draw = Draw(bytes)
            let cut = splits && draw.below(3) == 0 ? draw.below(bytes.count + 1) : 0
            return ReceiptEncodings.webhook(
                source, query: Array(bytes[..<cut]), body: Array(bytes[cut...]), headers: headers)
        }
    }

    extension WebhookEvent {
        /// Every text in it.
        fileprivate var texts: [String] {
            let texts: [String?] =
                switch self {
                case .receipt(let receipt, _, _):
                    [
                        receipt.messageID, receipt.phone, receipt.status, receipt.reportedTime,
                        receipt.content.currency, receipt.content.result, receipt.content.submittedTime,
                        receipt.content.ext,
                    ]
                case .smsLog(let event):
                    [
                        event.eventID, event.direction, event.userName, event.userEmail, event.userNumberRaw,
                        event.externalNumberRaw, event.externalName, event.externalEmail, event.occurredAtRaw,
                        event.body,
                    ]
                case .otherEvent(let event): [event.eventID, event.eventName]
                case .inbound(let message):
                    [
                        message.messageID, message.fromNumber, message.fromNumberRaw, message.toNumber,
                        message.toNumberRaw, message.content, message.reportedTime,
                    ]
                }
            return texts.compactMap { $0 }
        }
    }
#endif
