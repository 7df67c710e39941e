#if DEBUG || FUZZ
    import Domain

    /// The spellings in which one receipt may come (DESIGN section 5: all of them are one key).
    enum ReceiptEncodings {
        /// A form, a JSON object, and a call whose fields are in part in the query.
        static func all(of receipt: Receipt, _ draw: inout Draw) -> [RawWebhook] {
            let fields = fields(of: receipt)
            let form = joined(fields.map { "\($0.name)=\(percent($0.value, all: true))" })
            let members = fields.map { "\"\($0.name.uppercased())\": \"\(escaped($0.value))\"" }
            let cut = draw.below(fields.count + 1)
            let pairs = fields.map { "\($0.name.uppercased())=\(percent($0.value, all: false))" }
            return [
                webhook(.nxteleReceipt, query: [], body: form),
                webhook(.nxteleReceipt, query: [], body: Array("{\(members.joined(separator: " ,\n"))}".utf8)),
                webhook(.nxteleReceipt, query: joined(pairs[..<cut]), body: joined(pairs[cut...])),
            ]
        }

        static func webhook(
            _ source: WebhookSource, query: [UInt8], body: [UInt8], headers: String = ""
        ) -> RawWebhook {
            RawWebhook(
                source: source, account: "default", method: "POST", query: query, contentType: nil,
                headers: Array(headers.utf8), body: body, receivedAt: Timestamp(microseconds: 1_700_000_000_000_000),
                id: WebhookID(rawValue: 1))
        }

        private static func fields(of receipt: Receipt) -> [(name: String, value: String)] {
            var fields = [
                (name: "messageid", value: receipt.messageID), (name: "phone", value: receipt.phone),
                (name: "status", value: receipt.status), (name: "drtime", value: receipt.reportedTime),
                (name: "result", value: receipt.content.result),
                (name: "sendtime", value: receipt.content.submittedTime),
                (name: "ext", value: receipt.content.ext),
            ]
            if let price = receipt.content.price { fields.append((name: "price", value: price.description)) }
            if let size = receipt.content.size { fields.append((name: "size", value: String(size))) }
            if let rate = receipt.content.rate { fields.append((name: "rate", value: rate.description)) }
            if let currency = receipt.content.currency { fields.append((name: "currency", value: currency)) }
            return fields
        }

        private static func joined(_ pairs: some Sequence<String>) -> [UInt8] {
            Array(pairs.joined(separator: "&").utf8)
        }

        /// Every byte encoded, in small digits; or only what must be, in capital ones, with `+` for a space.
        private static func percent(_ text: String, all: Bool) -> String {
            var encoded = ""
            for byte in text.utf8 {
                let isPlain =
                    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: ":")
                if isPlain, !all {
                    encoded.unicodeScalars.append(Unicode.Scalar(byte))
                } else if byte == 0x20, !all {
                    encoded += "+"
                } else {
                    encoded += (byte < 0x10 ? "%0" : "%") + String(byte, radix: 16, uppercase: !all)
                }
            }
            return encoded
        }

        private static func escaped(_ text: String) -> String {
            text.utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
    }
#endif
