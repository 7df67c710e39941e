#if DEBUG || FUZZ
    import Alerting

    extension FuzzTarget {
        static let webhookURL = FuzzTarget(
            "webhook-url",
            words: [
                "https://", "http://", "127.0.0.1", "[::1]", "[::ffff:", "0x7f.1", "017700000001", "localhost",
                ".example", "@", "#",
                ":443", ":0", "%31", "%25eth0", "..", "xn--", "２", "。", "/path?x=1",
            ]
        ) { bytes, trace in
            let policy = DestinationPolicy(allowsPlainHTTP: true)
            do throws(URLRefusal) {
                let url = try policy.read(String(decoding: bytes, as: UTF8.self))
                trace.note(url.scheme.rawValue)
                if case .address(let address) = url.host {
                    trace.note("address")
                    trace.require(policy.restriction(of: address) == nil, "no address of ours is let through")
                }
                trace.note(size: url.authority.utf8.count)
                let again = try? policy.read("\(url.scheme)://\(url.authority)\(url.target)")
                trace.require(again == url, "a URL reads back")
            } catch {
                trace.note("\(error)")
            }
        }
    }
#endif
