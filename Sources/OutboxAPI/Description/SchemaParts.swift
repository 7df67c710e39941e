/// Short ways to write schemas.
enum Schema {
    typealias Member = JSONValue.Member

    static func object(_ members: Member...) -> JSONValue { .object(members) }

    static func reference(_ name: String) -> JSONValue {
        object(.init("$ref", .string("#/components/schemas/\(name)")))
    }

    static func text(_ description: String, format: String? = nil) -> JSONValue {
        .object(
            [.init("type", .string("string"))] + (format.map { [.init("format", .string($0))] } ?? [])
                + [.init("description", .string(description))])
    }

    static func nullableText(_ description: String, format: String? = nil) -> JSONValue {
        .object(
            nullable([.init("type", .string("string"))]) + (format.map { [.init("format", .string($0))] } ?? [])
                + [.init("description", .string(description))])
    }

    static func choice(_ words: [String]) -> JSONValue {
        object(.init("type", .string("string")), .init("enum", .array(words.map { .string($0) })))
    }

    static func number(_ description: String) -> JSONValue {
        object(.init("type", .string("number")), .init("description", .string(description)))
    }

    static func integer(_ description: String) -> JSONValue {
        object(.init("type", .string("integer")), .init("description", .string(description)))
    }

    static func list(_ items: JSONValue) -> JSONValue {
        object(.init("type", .string("array")), .init("items", items))
    }

    /// An object of ours: every property is there.
    static func whole(_ properties: [Member]) -> JSONValue {
        object(
            .init("type", .string("object")), .init("required", .array(properties.map { .string($0.name) })),
            .init("properties", .object(properties)))
    }

    /// A field of a request, as its rule has it; one that may be absent may be null, too.
    static func field<Rule: FieldRule>(_ field: Field<Rule>, required: Bool = false, _ note: String? = nil) -> Member {
        var members = required ? field.rule.schema : nullable(field.rule.schema)
        if let note {
            if let index = members.firstIndex(where: { $0.name == "description" }),
                case .string(let before) = members[index].value
            {
                members[index] = .init("description", .string(note + " " + before))
            } else {
                members.append(.init("description", .string(note)))
            }
        }
        return .init(field.name, .object(members))
    }

    /// A request's body: nothing but its fields.
    static func request(required: [String], _ properties: [Member]) -> JSONValue {
        object(
            .init("type", .string("object")), .init("required", .array(required.map { .string($0) })),
            .init("additionalProperties", .bool(false)), .init("properties", .object(properties)))
    }

    private static func nullable(_ members: [Member]) -> [Member] {
        members.map { member in
            switch (member.name, member.value) {
            case ("type", let type): .init("type", .array([type, .string("null")]))
            case ("enum", .array(let words)): .init("enum", .array(words + [.null]))
            default: member
            }
        }
    }
}
