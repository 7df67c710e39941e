import NIOCore
import Runtime

/// The description of this API in OpenAPI 3.1, made of the same rules that requests are read by.
enum OpenAPIDocument {
    typealias Member = JSONValue.Member

    /// The document as it is served. Whoever asks gets these very bytes, without a key: a copy for each answer that nobody
    /// reads would be the memory of the process. In parts, none of which counts as a large answer.
    static let parts: [ByteBuffer] = {
        var writer = JSONWriter(capacity: 65_536)
        writer.value(document)
        var whole = ByteBuffer(bytes: writer.bytes)
        var parts: [ByteBuffer] = []
        while let part = whole.readSlice(length: min(whole.readableBytes, UntakenAnswers.smallBytesMax)),
            part.readableBytes > 0
        {
            parts.append(part)
        }
        return parts
    }()

    static let document = Schema.object(
        .init("openapi", .string("3.1.0")),
        .init(
            "info",
            Schema.object(
                .init("title", .string("Postroom outbox API")), .init("version", .string(postroomVersion)),
                .init(
                    "description",
                    .string(
                        "Send an SMS with one call, see what became of it, have a failed one sent again. Bodies are "
                            + "JSON of at most \(BodyBounds.bytesMax) bytes, without fields that are not described "
                            + "here. Errors are problem details (RFC 9457).")))),
        .init("security", .array([Schema.object(.init("key", .array([])))])),
        .init("paths", .object(DocumentPaths.all)),
        .init(
            "components",
            Schema.object(
                .init(
                    "securitySchemes",
                    Schema.object(
                        .init(
                            "key",
                            Schema.object(
                                .init("type", .string("http")), .init("scheme", .string("bearer")),
                                .init(
                                    "description",
                                    .string(
                                        "A key made by `postroom key create`. Scopes: send, read, admin; admin may do "
                                            + "everything.")))))),
                .init("schemas", .object(RequestSchemas.all + DocumentSchemas.all + AlertSchemas.all)))))
}
