import Foundation
import Testing

@testable import OutboxAPI

/// The document is fetched as a client would, and what it says of requests is tried against the server.
@Suite struct ContractTests {
    /// A value for one property, and whether the document allows it.
    private struct Trial {
        let property: String
        let value: String
        let isAllowed: Bool
    }

    @Test(
        arguments: [
            "SendRequest", "ResendRequest", "TopUpRequest", "SuppressionRequest", "AlertsRequest", "EndpointRequest",
            "EndpointChange",
        ])
    func `what the document allows of a request is taken, what it forbids is refused by name`(
        name: String
    ) async throws {
        try await APIBed.run { bed in
            let document = try await bed.call("GET", "/openapi.json", key: nil)
            #expect(document.text("openapi") == "3.1.0")
            let schema = try #require(document["components.schemas.\(name)"])
            let (method, template) = try #require(Self.operation(of: name, in: document))
            let path = template.replacingOccurrences(of: "{endpointId}", with: "0190a3c0-0000-7000-8000-000000000001")
            let required = schema["required"]?.items.compactMap(\.text) ?? []
            let properties = schema["properties"]?.members ?? []
            #expect(schema["additionalProperties"] == .bool(false))
            #expect(properties.count >= 2)
            var trials = 0
            for property in properties {
                let isRequired = required.contains(property.name)
                for trial in try Self.trials(property.name, property.value) {
                    let body = try Self.body(properties, required, replacing: property.name, by: trial.value)
                    let answer = try await bed.call(method, path, body: body)
                    // Of an inner object's field the path is named.
                    let wrong = answer.wrongFields.map { $0.split(separator: ".").first.map(String.init) }
                    let isNamed = answer.status == 422 && wrong == [property.name]
                    #expect(
                        isNamed != trial.isAllowed,
                        "\(property.name): \(trial.value.prefix(80)) → \(answer.status) \(answer.http.text.prefix(200))"
                    )
                    // Where the field is right, the rest of the request is, too: 404 is that of an id of nothing, 409 of
                    // an account that has endpoints enough.
                    if trial.isAllowed {
                        #expect([201, 200, 202, 404, 409].contains(answer.status), "\(answer.http.text)")
                    }
                    trials += 1
                }
                let without = try Self.body(properties, required, replacing: property.name, by: nil)
                let answer = try await bed.call(method, path, body: without)
                #expect((answer.wrongFields == [property.name]) == isRequired, "\(property.name) missing")
            }
            #expect(trials > 10)
            let unknown = try Self.body(properties, required, replacing: "notAField", by: "1")
            #expect(try await bed.call(method, path, body: unknown).wrongFields == ["notAField"])
        }
    }

    @Test func `the parameters of the list are taken and refused as the document says`() async throws {
        try await APIBed.run { bed in
            let document = try await bed.call("GET", "/openapi.json", key: nil)
            let paths = try #require(document["paths"])
            let parameters = paths["/api/sms/outbox"]?["get"]?["parameters"]?.items ?? []
            #expect(parameters.count == 8)
            for parameter in parameters {
                let name = try #require(parameter["name"]?.text)
                let schema = try #require(parameter["schema"])
                // A cursor is what a page gave, and nothing a schema can say.
                for trial in try Self.trials(name, schema) where name != "cursor" || !trial.isAllowed {
                    guard let text = Self.plain(trial.value, schema) else { continue }
                    let encoded = try #require(text.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
                    let answer = try await bed.call("GET", "/api/sms/outbox?\(name)=\(encoded)")
                    #expect((answer.status == 200) == trial.isAllowed, "\(name)=\(encoded.prefix(80))")
                    if !trial.isAllowed { #expect(answer.wrongFields == [name]) }
                }
            }
        }
    }

    @Test func `the document has every route by its name, path and method, with a body where one is read`() async throws
    {
        try await APIBed.run { bed in
            let document = try await bed.call("GET", "/openapi.json", key: nil)
            let operations = (document["paths"]?.members ?? []).flatMap { path in
                path.value.members.map { method in
                    let body = method.value["requestBody"] == nil ? "" : " with a body"
                    return "\(method.value["operationId"]?.text ?? "?"): \(method.name) \(path.name)\(body)"
                }
            }
            let routes = APIRoute.allCases.filter { $0 != .openAPI && $0 != .unknown }.map { route in
                "\(route): \(route.method.lowercased()) \(route.path)\(route.hasBody ? " with a body" : "")"
            }
            #expect(operations.sorted() == routes.sorted())
        }
    }

    @Test func `a key of a scope that an operation's description names is let in, and no other`() async throws {
        try await APIBed.run { bed in
            let scopes = ["send", "read", "admin"]
            for scope in scopes { try await bed.addKey(scope + "-only", scopes: scope) }
            let document = try await bed.call("GET", "/openapi.json", key: nil)
            for path in document["paths"]?.members ?? [] {
                let target = path.name.replacing(/\{[A-Za-z]+\}/, with: "0190a3c0-0000-7000-8000-000000000001")
                for method in path.value.members {
                    let description = try #require(method.value["description"]?.text)
                    let named = description.split { !$0.isLetter }.map(String.init)
                    let body = method.value["requestBody"] == nil ? nil : "{}"
                    for scope in scopes {
                        let answer = try await bed.call(
                            method.name.uppercased(), target, key: scope + "-only", body: body)
                        #expect(
                            (answer.status != 403) == named.contains(scope), "\(scope) \(method.name) \(path.name)")
                        #expect(answer.status != 401)
                    }
                }
            }
        }
    }

    @Test func `every path of the document is answered, with statuses it names`() async throws {
        try await APIBed.run { bed in
            let document = try await bed.call("GET", "/openapi.json", key: nil)
            let paths = document["paths"]?.members ?? []
            let id = try #require(try await bed.send().text("outboxId"))
            for path in paths {
                for method in path.value.members {
                    let responses = method.value["responses"]?.members.map(\.name) ?? []
                    #expect(responses.contains("400") && responses.contains("500"))
                    var target = path.name.replacingOccurrences(of: "{outboxId}", with: id)
                    if target.contains("{endpointId}") {
                        target = target.replacingOccurrences(of: "{endpointId}", with: try await bed.addEndpoint())
                    }
                    if target.contains("{notificationId}") {
                        target = target.replacingOccurrences(
                            of: "{notificationId}", with: try await bed.addNotification())
                    }
                    let hasBody = method.value["requestBody"] != nil
                    for (key, body) in [("admin", hasBody ? "{}" : nil), ("admin", hasBody ? "{" : nil), (nil, nil)] {
                        let answer = try await bed.call(method.name.uppercased(), target, key: key, body: body)
                        #expect(
                            responses.contains(String(answer.status)), "\(method.name) \(path.name) \(answer.status)")
                        let content = method.value["responses"]?[String(answer.status)]?["content"]?.members.first
                        #expect(content?.name == answer.http.headers["content-type"])
                        let schema = try #require(content?.value["schema"])
                        #expect(Self.mismatch(answer.json, schema, document) == nil, "\(path.name) \(answer.status)")
                    }
                }
            }
            let sent = try await bed.send(#""tags":["a"],"customData":{"a":1}"#)
            let schema = try #require(document["components.schemas.Accepted"])
            #expect(Self.mismatch(sent.json, schema, document) == nil)
        }
    }

    @Test(
        arguments: [
            ("/api/sms/alerts/endpoints/{endpointId}/rotate", "409", ["no-alert-key", "too-many-secrets"]),
            ("/api/sms/send", "409", ["idempotency-conflict"]),
            ("/api/sms/send", "422", ["invalid-fields", "no-price", "suppressed"]),
            ("/api/sms/outbox/resend", "409", ["not-failed", "outcome-unknown", "cancelled"]),
            ("/api/sms/outbox/{outboxId}/cancel", "409", ["not-pending", "dispatched"]),
            ("/api/sms/balance/topup", "422", ["invalid-fields"]), ("/api/sms/balance/topup", "402", nil),
            ("/api/sms/suppressions/add", "503", ["unavailable", "unconfirmed"]),
        ] as [(String, String, [String]?)])
    func `of each operation's answers those kinds are named that it gives`(
        path: String, status: String, kinds: [String]?
    ) throws {
        let operation = JSONValue.object(DocumentPaths.all)[path]?["post"]
        let text = operation?["responses"]?[status]?["description"]?.text
        let named = text.map { text in
            Problem.Kind.allCases.filter { text.contains("\($0.rawValue): ") }.map(\.rawValue)
        }
        #expect(named == kinds)
    }

    @Test func `each operation says of its 503 that the answer has Retry-After`() throws {
        let operations = DocumentPaths.all.flatMap { path in path.value.members.map(\.value) }
        #expect(!operations.isEmpty)
        for operation in operations {
            let headers = operation["responses"]?["503"]?["headers"]?.members.map(\.name)
            #expect(headers == ["Retry-After"], "\(operation["operationId"]?.text ?? "?")")
        }
        #expect(Problem.unavailable.response.headers[.retryAfter] != nil)
    }

    /// The method and path whose body the schema describes.
    private static func operation(of schema: String, in document: APIAnswer) -> (method: String, path: String)? {
        for path in document["paths"]?.members ?? [] {
            for method in path.value.members {
                let content = method.value["requestBody"]?["content"]?["application/json"]
                guard content?["schema"]?["$ref"]?.text == "#/components/schemas/\(schema)" else { continue }
                return (method.name.uppercased(), path.name)
            }
        }
        return nil
    }

    private static func body(
        _ properties: [JSONValue.Member], _ required: [String], replacing name: String, by value: String?
    ) throws -> String {
        var members: [String] = []
        for property in properties where required.contains(property.name) && property.name != name {
            let valid = try #require(try trials(property.name, property.value).first { $0.isAllowed })
            members.append("\"\(property.name)\":\(valid.value)")
        }
        if let value { members.append("\"\(name)\":\(value)") }
        return "{" + members.joined(separator: ",") + "}"
    }

    /// Values on both sides of every bound that the schema names, and values of other types.
    private static func trials(_ name: String, _ schema: JSONValue) throws -> [Trial] {
        var types = schema["type"]?.items.compactMap(\.text) ?? []
        if let one = schema["type"]?.text { types.append(one) }
        var trials = otherTypes(types).map { Trial(property: name, value: $0, isAllowed: false) }
        trials.append(Trial(property: name, value: "null", isAllowed: types.contains("null")))
        // What is right of these is what was shown, and nothing a schema can say.
        if schema["readOnly"] == .bool(true) { return trials }
        func add(_ value: String, _ isAllowed: Bool) {
            trials.append(Trial(property: name, value: value, isAllowed: isAllowed))
        }
        if let words = schema["enum"]?.items.compactMap(\.text) {
            for word in words { add("\"\(word)\"", true) }
            for word in ["", words[0].uppercased(), words[0] + " "] { add("\"\(word)\"", false) }
        } else if types.contains("string") {
            for (text, isAllowed) in try texts(schema) { add(JSONWriterText.quoted(text), isAllowed) }
        } else if types.contains("integer") {
            let least = try #require(schema["minimum"]?.text.flatMap(Int.init))
            let most = try #require(schema["maximum"]?.text.flatMap(Int.init))
            for (number, isAllowed) in [(least, true), (most, true), (least - 1, false), (most + 1, false)] {
                add("\(number)", isAllowed)
            }
            add("\(least).5", false)
            add("\(least).0", true)
            add("\(most)e0", true)
        } else if types.contains("number") {
            let limit = try #require(schema["exclusiveMaximum"]?.text)
            add("0.000001", true)
            add(String(repeating: "9", count: limit.count - 1) + ".999999", true)
            add(try #require(schema["exclusiveMinimum"]?.text), false)
            add("-1", false)
            add(limit, false)
        } else if types.contains("array"), schema["items"]?["type"]?.text == "number" {
            let most = try #require(schema["maxItems"]?.text.flatMap(Int.init))
            let limit = try #require(schema["items"]?["exclusiveMaximum"]?.text)
            for (count, isAllowed) in [(0, true), (1, true), (most, true), (most + 1, false)] {
                add("[\((0..<count).map { "\($0).25" }.joined(separator: ","))]", isAllowed)
            }
            for item in ["0", "0.000001", String(repeating: "9", count: limit.count - 1)] { add("[\(item)]", true) }
            for items in [limit, "-1", "0.0000001", "1e2", "\"1\"", "null", "1,1.0"] { add("[\(items)]", false) }
        } else if types.contains("array") {
            let most = try #require(schema["maxItems"]?.text.flatMap(Int.init))
            let item = try #require(schema["items"])
            let valid = try #require(try texts(item).first { $0.isAllowed }).text
            for (count, isAllowed) in [(0, true), (1, true), (most, true), (most + 1, false)] {
                let items = Array(repeating: JSONWriterText.quoted(valid), count: count)
                add("[\(items.joined(separator: ","))]", isAllowed)
            }
            for (text, isAllowed) in try texts(item) { add("[\(JSONWriterText.quoted(text))]", isAllowed) }
            add("[1]", false)
        } else if types.contains("object"), let inner = schema["properties"]?.members {
            add("{}", true)
            add(#"{"notAField":1}"#, false)
            for property in inner {
                for trial in try Self.trials(property.name, property.value) {
                    add("{\"\(property.name)\":\(trial.value)}", trial.isAllowed)
                }
            }
        } else if types.contains("object") {
            add("{}", true)
            add(#"{"a":[1,"x",null,{"b":true}]}"#, true)
            let most = try #require(schema["description"]?.text?.firstMatch(of: /At most (\d+) bytes/)?.1)
            let room = try #require(Int(most)) - #"{"a":""}"#.utf8.count
            add(#"{"a":"\#(String(repeating: "x", count: room))"}"#, true)
            add(#"{"a":"\#(String(repeating: "x", count: room + 1))"}"#, false)
        }
        return trials
    }

    private static func otherTypes(_ types: [String]) -> [String] {
        [("string", "\"x\""), ("boolean", "true"), ("array", "[]"), ("object", "{}")]
            .filter { !types.contains($0.0) }.map(\.1)
            + (types.contains("integer") || types.contains("number") ? [] : ["1"])
            + (types == ["boolean"] || types == ["boolean", "null"] ? ["0"] : [])
    }

    /// Texts at the bounds of length and alphabet; of a format, its examples and what is none.
    private static func texts(_ schema: JSONValue) throws -> [(text: String, isAllowed: Bool)] {
        if let words = schema["enum"]?.items.compactMap(\.text) {
            return words.map { ($0, true) } + [("", false), (words[0] + " ", false), (words[0].uppercased(), false)]
        }
        var texts = (schema["examples"]?.items.compactMap(\.text) ?? []).map { ($0, true) }
        if schema["format"] != nil {
            #expect(texts.count >= 2)
            texts += [("", false), ("x", false), ("2026-13-01T00:00:00Z", false), ("2026-01-01T00:00:00", false)]
        }
        let least = schema["minLength"]?.text.flatMap(Int.init)
        let most = schema["maxLength"]?.text.flatMap(Int.init)
        if let least, let most {
            guard let pattern = schema["pattern"]?.text else {
                return texts + [
                    (String(repeating: "1", count: least - 1), false),
                    ("+" + String(repeating: "1", count: most), false),
                ]
            }
            let expression = try NSRegularExpression(pattern: pattern)
            func matches(_ text: String) -> Bool {
                // The whole text: to Foundation, unlike to ECMAScript, `$` also matches before a last line break.
                let whole = NSRange(text.startIndex..., in: text)
                return expression.firstMatch(in: text, range: whole)?.range == whole
            }
            for sample in ["a", "Z", "0", " ", "~", "é", "😀", "\n", "\u{7F}", "\u{85}", "\u{0}", "-"] {
                // Twice: a bound of 1 would hide a wrong alphabet behind a wrong length.
                let text = String(repeating: sample, count: min(max(2, least), most))
                texts.append((text, matches(text)))
                guard matches(sample) else { continue }
                texts.append((String(repeating: sample, count: least), true))
                texts.append((String(repeating: sample, count: most), true))
                texts.append((String(repeating: sample, count: most + 1), false))
                if least > 0 { texts.append((String(repeating: sample, count: least - 1), false)) }
            }
        }
        return texts
    }

    /// The value as it stands in a query; nil for what has no such form: an integer is its digits there.
    private static func plain(_ value: String, _ schema: JSONValue) -> String? {
        guard let parsed = try? JSONParser.parse(Array(value.utf8)) else { return nil }
        switch parsed {
        case .string(let text): return schema["type"]?.text == "string" ? text : nil
        case .number(let text):
            return schema["type"]?.text == "integer" && !text.hasSuffix(".0") && !text.hasSuffix("e0") ? text : nil
        default: return nil
        }
    }

    /// Where a value is not what a schema of ours says; nil where it is.
    private static func mismatch(_ value: JSONValue?, _ schema: JSONValue, _ document: APIAnswer) -> String? {
        guard let value else { return "is missing" }
        if let name = schema["$ref"]?.text?.split(separator: "/").last {
            guard let named = document["components.schemas.\(name)"] else { return "no schema \(name)" }
            return mismatch(value, named, document)
        }
        var types = schema["type"]?.items.compactMap(\.text) ?? []
        if let one = schema["type"]?.text { types.append(one) }
        let kind: String
        switch value {
        case .null: kind = "null"
        case .bool: kind = "boolean"
        case .number(let text): kind = types.contains("integer") && Int(text) != nil ? "integer" : "number"
        case .string: kind = "string"
        case .array: kind = "array"
        case .object: kind = "object"
        }
        guard types.contains(kind) else { return "\(kind) instead of \(types)" }
        if let words = schema["enum"]?.items, !words.contains(value) { return "is none of \(words)" }
        for item in value.items {
            if let items = schema["items"], let problem = mismatch(item, items, document) { return "item: \(problem)" }
        }
        guard case .object(let members) = value, let properties = schema["properties"]?.members else { return nil }
        for name in schema["required"]?.items.compactMap(\.text) ?? [] where value[name] == nil {
            return "\(name) is missing"
        }
        for member in members {
            guard let property = properties.first(where: { $0.name == member.name }) else {
                return "\(member.name) is not described"
            }
            if let problem = mismatch(member.value, property.value, document) { return "\(member.name): \(problem)" }
        }
        return nil
    }
}

/// Texts as JSON.
private enum JSONWriterText {
    static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.value(text)
        return writer.text
    }
}
