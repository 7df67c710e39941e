#if DEBUG || FUZZ
    import Providers
    import Synchronization

    extension FuzzTarget {
        /// Traps of a message id that is too long.
        static let brokenTrap = FuzzTarget("broken-trap", words: nxteleReceipt.words) { bytes, trace in
            if failure(bytes) == .tooLong { preconditionFailure("broken on purpose") }
            nxteleReceipt.run(bytes, &trace)
        }

        /// Never comes back from JSON that is too deep.
        static let brokenHang = FuzzTarget("broken-hang", words: nxteleReceipt.words) { bytes, trace in
            while failure(bytes) == .tooDeep {}
            nxteleReceipt.run(bytes, &trace)
        }

        /// Keeps a page of memory for every input.
        static let brokenGrowth = FuzzTarget("broken-growth", words: nxteleReceipt.words) { bytes, trace in
            kept.withLock { $0.append([UInt8](repeating: 1, count: 32_768)) }
            nxteleReceipt.run(bytes, &trace)
        }

        /// Breaks a law for a text with half of a surrogate pair.
        static let brokenLaw = FuzzTarget("broken-law", words: nxteleReceipt.words) { bytes, trace in
            trace.require(failure(bytes) != .loneSurrogate, "broken on purpose")
            nxteleReceipt.run(bytes, &trace)
        }

        private static let kept = Mutex<[[UInt8]]>([])

        private static func failure(_ bytes: [UInt8]) -> ParseFailure.Reason? {
            do throws(ParseFailure) {
                _ = try NXTeleReceiptParser().parse(ReceiptEncodings.webhook(.nxteleReceipt, query: [], body: bytes))
                return nil
            } catch {
                return error.reason
            }
        }
    }
#endif
