import TestSupport

/// A receipt of NXTele's, to be written in any of the ways in which one may come.
struct StormReceipt {
    var messageID: String
    var phone: String
    var status: String
    var result: String
    var reportedTime: String
    var submittedTime: String
    var price: String
    var rate: String
    var size: String
    var currency: String
    var ext: String?

    private static let path = "/v1/nxtele/dr"

    /// A request with it.
    func request(_ random: inout SeededGenerator) -> [UInt8] {
        // A trailing zero is the same amount, a plus the same number.
        let fields =
            [
                ("messageid", messageID), ("phone", (Bool.random(using: &random) ? "" : "+") + phone),
                ("status", status), ("result", result), ("drtime", reportedTime), ("sendtime", submittedTime),
                ("price", price + (Bool.random(using: &random) ? "" : "0")), ("rate", rate), ("size", size),
                ("currency", currency),
            ] + (ext.map { [("ext", $0)] } ?? [])
        let shuffled = fields.shuffled(using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: return Self.inQuery("GET", form(shuffled, &random))
        case 2, 3: return Self.inQuery("POST", form(shuffled, &random))
        case 4, 5:
            let middle = Int.random(in: 1..<shuffled.count, using: &random)
            var rest = Array(shuffled[middle...])
            // What the query says stands over the body.
            if shuffled[..<middle].contains(where: { $0.0 == "status" }) { rest.append(("status", "99")) }
            let query = form(Array(shuffled[..<middle]), &random)
            return Self.inQuery("POST", query, body: form(rest, &random))
        case 6: return Self.inBody(jsonObject(fields, &random), "application/json")
        default:
            let types = ["application/x-www-form-urlencoded", "x-www-form-urlencoded", "text/plain;charset=UTF-8", nil]
            let type = types[Int.random(in: 0..<types.count, using: &random)]
            // Of a field that comes twice the first stands.
            return Self.inBody(form(shuffled + [("size", "77")], &random), type)
        }
    }

    private func form(_ fields: [(String, String)], _ random: inout SeededGenerator) -> [UInt8] {
        var text = FormText(space: FormText.Space.allCases[Int.random(in: 0..<3, using: &random)])
        for (name, value) in fields {
            if name == "currency", !text.bytes.isEmpty, Int.random(in: 0..<3, using: &random) == 0 {
                text.addMangledCurrency(value, &random)
            } else {
                text.add(name, value, &random)
            }
        }
        return text.bytes
    }

    private static func inQuery(_ method: String, _ query: [UInt8], body: [UInt8] = []) -> [UInt8] {
        // Both places of the token, chosen by what is sent, so that no more randomness is needed.
        let target =
            query.count.isMultiple(of: 2)
            ? Array("\(path)/\(Access.nxteleToken)?".utf8) + query
            : Array("\(path)?token=\(Access.nxteleToken)&".utf8) + query
        return Access.request(method, target, body: body)
    }

    private static func inBody(_ body: [UInt8], _ contentType: String?) -> [UInt8] {
        Access.request(
            "POST", Array("\(path)/\(Access.nxteleToken)".utf8),
            headers: contentType.map { [("Content-Type", $0)] } ?? [], body: body)
    }
}
