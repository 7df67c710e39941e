extension DocumentPaths {
    /// One operation of one route: a path with one method. `problems` are its own; those of its kind are added.
    static func path(
        _ route: APIRoute, _ summary: String, body: String? = nil, parameters: [JSONValue] = [],
        answers: [(status: Int, description: String, schema: String)], problems: [Problem.Kind] = []
    ) -> Member {
        var operation: [Member] = [
            .init("operationId", .string("\(route)")), .init("summary", .string(summary)),
            .init("description", .string("The key needs the scope \(scopes(of: route)).")),
        ]
        if !parameters.isEmpty { operation.append(.init("parameters", .array(parameters))) }
        if let body {
            operation.append(
                .init(
                    "requestBody",
                    Schema.object(
                        .init("required", .bool(true)), .init("content", content("application/json", body)))))
        }
        var responses = answers.map { answer in
            Member(
                String(answer.status),
                Schema.object(
                    .init("description", .string(answer.description)),
                    .init("content", content("application/json", answer.schema))))
        }
        let possible = problems + commonProblems(of: route, takesFields: body != nil || hasQuery(parameters))
        for status in Set(possible.map(\.status.code)).sorted() {
            let kinds = Problem.Kind.allCases.filter { $0.status.code == status && possible.contains($0) }
            let description = (kinds.map { "\($0.rawValue): \($0.title)." } + notes(on: status)).joined(separator: " ")
            responses.append(
                Member(
                    String(status),
                    .object(
                        [.init("description", .string(description))] + headers(of: status)
                            + [.init("content", content("application/problem+json", "Problem"))])))
        }
        operation.append(.init("responses", .object(responses)))
        return .init(route.path, .object([.init(route.method.lowercased(), .object(operation))]))
    }

    /// What any route like this may answer: that the request is not HTTP, that the key is not good, or not for this, that
    /// something is wrong on our side; where a body is read, what may be wrong with it; where something is written, that it is
    /// not known whether it was.
    private static func commonProblems(of route: APIRoute, takesFields: Bool) -> [Problem.Kind] {
        [.unreadable, .unauthorized, .forbidden, .internalError, .unavailable]
            + (takesFields ? [.invalidFields] : [])
            + (route.hasBody ? [.malformed, .bodyTimeout, .bodyTooLarge, .unsupportedMediaType] : [])
            + (route.method == "GET" ? [] : [.unconfirmed])
    }

    /// What a key must have one of, in words.
    private static func scopes(of route: APIRoute) -> String {
        [(Scopes.send, "send"), (.read, "read"), (.admin, "admin")]
            .filter { route.scopes.contains($0.0) }.map(\.1).joined(separator: " or ")
    }

    private static func hasQuery(_ parameters: [JSONValue]) -> Bool {
        parameters.contains { parameter in
            guard case .object(let members) = parameter else { return false }
            return members.contains(.init("in", .string("query")))
        }
    }

    private static func notes(on status: Int) -> [String] {
        status == Problem.Kind.bodyTimeout.status.code
            ? ["Where nothing more of it comes, there is no answer: after a minute the connection is closed."] : []
    }

    private static func headers(of status: Int) -> [Member] {
        guard status == Problem.Kind.unavailable.status.code else { return [] }
        let retryAfter = Schema.object(.init("schema", Schema.integer("Seconds after which to try again.")))
        return [.init("headers", Schema.object(.init("Retry-After", retryAfter)))]
    }

    private static func content(_ type: String, _ schema: String) -> JSONValue {
        Schema.object(.init(type, Schema.object(.init("schema", Schema.reference(schema)))))
    }

    /// A parameter of the query, as its rule has it.
    static func query<Rule: FieldRule>(_ field: Field<Rule>, _ note: String? = nil) -> JSONValue {
        parameter(field.name, in: "query", required: false, .object(field.rule.schema), note)
    }

    static func parameter(
        _ name: String, in place: String, required: Bool, _ schema: JSONValue, _ note: String? = nil
    ) -> JSONValue {
        .object(
            [
                .init("name", .string(name)), .init("in", .string(place)), .init("required", .bool(required)),
                .init("schema", schema),
            ] + (note.map { [.init("description", .string($0))] } ?? []))
    }
}
