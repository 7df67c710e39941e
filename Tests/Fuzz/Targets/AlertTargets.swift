#if DEBUG || FUZZ
    import Alerting
    import Store

    @testable import OutboxAPI

    extension FuzzTarget {
        private static let endpoint = EndpointFields(policy: DestinationPolicy())

        /// Bodies of the routes beside those of sends: alerts, endpoints, notifications, suppressions.
        static let alertBody = FuzzTarget(
            "alert-body",
            words: [
                #""failedSms":true"#, #""lowBalance":false"#, #""thresholds":[10,0.5]"#, #""digest":{"#, #""count":10"#,
                #""seconds":900"#, #""limits":{"#, #""maxAutomaticRetries":null"#, #""maxResends":3"#,
                #""url":"https://hooks.example.com/sms""#, #""kinds":["sms.failed"]"#, #""disabled":true"#,
                #""upTo":"0190a3c0-0000-7000-8000-000000000001""#, #""recipientPhoneNumber":"+254712345678""#,
                #""note":""#, "null", "1e3", "-0", "[", "{", ",", ":", "}",
            ]
        ) { bytes, trace in
            guard let value = try? JSONParser.parse(bytes), case .object(let members) = value else { return }
            do throws(Problem) {
                let change = try AlertFields().read(members, account: "default")
                trace.note("alerts")
                trace.note(size: change.thresholds?.count ?? 0)
                trace.require((change.thresholds?.count ?? 0) <= ThresholdsRule.countMax, "thresholds are few")
                trace.require(
                    change.digestCount.map(SetAlertSettings.digestCounts.contains) ?? true
                        && change.digestSeconds.map(SetAlertSettings.digestSpans.contains) ?? true,
                    "a digest is bounded")
            } catch { trace.note(error) }
            do throws(Problem) {
                let (url, kinds) = try endpoint.readNew(members)
                trace.note("endpoint")
                trace.note(size: kinds.count)
                trace.require(url.utf8.count <= DestinationPolicy.urlBytesMax, "a URL is bounded")
                trace.require(kinds.count == Set(kinds.map(\.rawValue)).count, "no kind stands twice")
            } catch { trace.note(error) }
            trace.note((try? endpoint.readChange(members)) != nil)
            trace.note((try? ReadMarkFields().read(members)) != nil)
            do throws(Problem) {
                let (_, note) = try SuppressionFields().read(members)
                trace.note("suppression")
                trace.require(note.map { !$0.utf8.contains(0) } ?? true, "no text has a NUL")
            } catch { trace.note(error) }
        }
    }

    extension Trace {
        fileprivate mutating func note(_ problem: Problem) { note(problem.kind.rawValue) }
    }
#endif
