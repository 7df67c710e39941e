extension DocumentPaths {
    /// One operation of one route: a path with one method. Every operation may answer that the request is not HTTP, or
    /// that something is wrong on our side.
    static func path(
        _ route: APIRoute, _ summary: String, body: String? = nil, parameters: [JSONValue] = [],
        answers: [(status: Int, description: String, schema: String)], problems: [Int]
    ) -> Member {
        var operation: [Member] = [
            .init("operationId", .string("\(route)")), .init("summary", .string(summary)),
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
        for status in Set(problems + [400, 500]).sorted() {
            let kinds = Problem.Kind.allCases.filter { $0.status.code == status }
            responses.append(
                Member(
                    String(status),
                    Schema.object(
                        .init(
                            "description", .string(kinds.map { "\($0.rawValue): \($0.title)." }.joined(separator: " "))),
                        .init("content", content("application/problem+json", "Problem")))))
        }
        operation.append(.init("responses", .object(responses)))
        return .init(route.path, .object([.init(route.method.lowercased(), .object(operation))]))
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
