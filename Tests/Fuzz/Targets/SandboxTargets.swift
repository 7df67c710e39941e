#if DEBUG || FUZZ
    @testable import Sandbox

    extension FuzzTarget {
        private static let callWords = [
            "appkey=", "&secretkey=", "&phone=6282167624806", "&content=", "&source_address=", "&sys_messageid=",
            "&ext=",
            "&dr_url=http://a/", "%E4%B8%AD", #"{"phone":"6282167624806""#, #""content":""#, #""sysMessageId":""#,
            "null",
        ]

        static let sandboxForm = FuzzTarget("sandbox-form", words: callWords) { bytes, trace in
            guard let fields = FormFields(bytes) else { return trace.note("unreadable") }
            note(.form, { fields[$0] }, &trace)
        }

        static let sandboxJSON = FuzzTarget("sandbox-json", words: callWords) { bytes, trace in
            guard let fields = JSONFields(bytes) else { return trace.note("unreadable") }
            note(.json, { fields[$0] }, &trace)
        }

        static let sandboxScript = FuzzTarget(
            "sandbox-script",
            words: [
                "delay=50ms-2s", "receipt-delay=", "no-receipt=0.1", "undelivered=1", "dedupe=on", "tps=10",
                "balance=1.5",
                "clock-ahead=-5h", "retry-after=2s", "hang-time=60s", "garbage=0.5", ",", "=", "e308", "nan", "inf",
            ]
        ) { bytes, trace in
            do throws(SandboxScriptFailure) {
                let script = try SandboxScript(String(decoding: bytes, as: UTF8.self))
                trace.note("script")
                trace.note(size: script.fates.count)
            } catch {
                for problem in error.problems.prefix(2) { trace.note(size: problem.utf8.count) }
            }
        }

        static let callbackAnswer = FuzzTarget(
            "callback-answer",
            words: [
                "HTTP/1.1 200 OK\r\n", "Content-Length: 7\r\n", "Connection: close\r\n", "\r\n\r\n", "success", "error",
            ]
        ) { bytes, trace in
            var whole = CallbackAnswer()
            let progress = whole.append(bytes)
            trace.note("\(progress)")
            var draw = Draw(bytes)
            let cut = draw.below(bytes.count + 1)
            var pieces = CallbackAnswer()
            let first = pieces.append(bytes[..<cut])
            if first == .incomplete {
                trace.require(pieces.append(bytes[cut...]) == progress, "the cuts between reads change nothing")
            }
        }

        private static func note(_ names: SendCall.Names, _ value: (String) -> String?, _ trace: inout Trace) {
            do throws(SendCall.Refusal) {
                let call = try SendCall(names, value)
                trace.note("call")
                trace.note(size: call.phones.count)
                trace.note(call.receiptURL.flatMap { ReceiptAddress($0) } != nil)
            } catch {
                trace.note("\(error.code)")
            }
        }
    }
#endif
