import Domain

@testable import Providers

/// A stored webhook with these bytes; everything a parser must not depend on is fixed.
func webhook(
    _ source: WebhookSource = .nxteleReceipt, query: [UInt8] = [], body: [UInt8] = [], method: String = "POST",
    contentType: String? = "application/x-www-form-urlencoded", headers: String = ""
) -> RawWebhook {
    RawWebhook(
        source: source, account: "default", method: method, query: query,
        contentType: contentType.map { Array($0.utf8) },
        headers: Array(headers.utf8), body: body, receivedAt: Timestamp(microseconds: 1_700_000_000_000_000),
        id: WebhookID(rawValue: 1))
}

/// The same with texts.
func webhook(
    _ source: WebhookSource = .nxteleReceipt, query: String = "", body: String = "", headers: String = ""
) -> RawWebhook {
    webhook(source, query: Array(query.utf8), body: Array(body.utf8), headers: headers)
}

/// What the parser refuses, nil where it accepts.
func failure(_ parser: some WebhookParser, _ raw: RawWebhook) -> ParseFailure? {
    do throws(ParseFailure) {
        _ = try parser.parse(raw)
        return nil
    } catch {
        return error
    }
}

/// A form of `fields` in their order, with some replaced, added, or (nil) left out. Values stand as they are given.
func form(_ fields: [(String, String)], _ changes: [String: String?] = [:]) -> String {
    var changes = changes
    var pairs: [String] = []
    for (name, value) in fields {
        guard let change = changes.removeValue(forKey: name) else {
            pairs.append("\(name)=\(value)")
            continue
        }
        if let change { pairs.append("\(name)=\(change)") }
    }
    for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
        if let value { pairs.append("\(name)=\(value)") }
    }
    return pairs.joined(separator: "&")
}

/// One flat JSON object of `members` in their order, changed likewise. Values are JSON.
func object(_ members: [(String, String)], _ changes: [String: String?] = [:]) -> String {
    var changes = changes
    var parts: [String] = []
    for (name, value) in members {
        guard let change = changes.removeValue(forKey: name) else {
            parts.append("\"\(name)\":\(value)")
            continue
        }
        if let change { parts.append("\"\(name)\":\(change)") }
    }
    for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
        if let value { parts.append("\"\(name)\":\(value)") }
    }
    return "{" + parts.joined(separator: ",") + "}"
}
