import Hummingbird
import NIOCore

/// The bounds of a body.
struct BodyBounds: Sendable {
    /// The largest body.
    static let bytesMax = 65_536
    /// How long a body may take to come.
    let timeMax: Duration
}

extension Request {
    /// The body as a JSON object.
    func jsonObject(_ bounds: BodyBounds) async throws -> [JSONValue.Member] {
        guard Self.isJSON(headers.value(of: "content-type")) else {
            throw Problem(.unsupportedMediaType, "Send the body as Content-Type: application/json.")
        }
        let buffer = try await boundedBody(bounds)
        let parsed: Result<JSONValue, JSONFailure> = buffer.withUnsafeReadableBytes { bytes in
            do throws(JSONFailure) {
                return .success(try JSONParser.parse(bytes.assumingMemoryBound(to: UInt8.self)))
            } catch {
                return .failure(error)
            }
        }
        switch parsed {
        case .success(.object(let members)): return members
        case .success: throw Problem(.malformed, "The body must be a JSON object.")
        case .failure(let failure): throw Problem(.malformed, failure.sentence)
        }
    }

    /// Whether its head says that the body is longer than any may be.
    var hasTooLongBody: Bool {
        headers.value(of: "content-length").flatMap { Int($0) }.map { $0 > BodyBounds.bytesMax } ?? false
    }

    /// The body, whatever is in it. The rest of a refused body is not read: see ``ConnectionBounds``.
    func boundedBody(_ bounds: BodyBounds) async throws -> ByteBuffer {
        if hasTooLongBody { throw Problem.bodyTooLarge }
        let start = ContinuousClock.now
        var whole: ByteBuffer?
        for try await part in body {
            if var before = whole {
                guard before.readableBytes + part.readableBytes <= BodyBounds.bytesMax else {
                    throw Problem.bodyTooLarge
                }
                // Silence ends a connection by its idle time; this ends one that dribbles.
                guard start.duration(to: .now) < bounds.timeMax else {
                    throw Problem(.bodyTimeout, "Send the body faster.")
                }
                before.writeImmutableBuffer(part)
                whole = before
            } else {
                guard part.readableBytes <= BodyBounds.bytesMax else { throw Problem.bodyTooLarge }
                whole = part
            }
        }
        return whole ?? ByteBuffer()
    }

    /// `application/json`, in any case, with any parameters.
    static func isJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        if contentType == "application/json" { return true }
        let type = contentType.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }
        return type.lowercased() == "application/json"
    }
}
