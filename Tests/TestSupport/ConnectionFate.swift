/// What becomes of a connection behind a request.
package enum ConnectionFate: Hashable, Sendable {
    /// The answer says that it ends, it does, and nothing else is answered.
    case ends
    /// The answer does not say so, and the next request is answered with this status.
    case goesOn(nextStatus: Int)
    /// Anything else: whoever uses the connection next is wronged.
    case broken(String)

    /// Sends two requests over one connection.
    ///
    /// - Parameter atOnce: whether the second is sent with the first, not behind its answer.
    package static func of(
        _ first: String, next: String, atOnce: Bool, port: UInt16
    ) async throws -> ConnectionFate {
        let probe = try await HTTPProbe.open(port: port, limit: .seconds(10), sending: atOnce ? first + next : first)
        defer { probe.close() }
        let answer = try await probe.receive()
        if answer.headers["connection"] == "close" {
            if let more = try? await probe.receive() { return .broken("\(answer.status) close, then \(more.status)") }
            return try await probe.isClosedByServer() ? .ends : .broken("not closed")
        }
        do {
            if !atOnce { try await probe.send(next) }
            return .goesOn(nextStatus: try await probe.receive().status)
        } catch {
            return .broken("\(answer.status), then \(error)")
        }
    }

    /// Spellings of what a client may say about the connection: field lines with their ends.
    ///
    /// Each value in each field by itself, however the field's name is written, and pairs of lines, also of one field.
    package static let spellings: [String] = {
        let values = [
            "", "close", "Close", "CLOSE ", "close\t", "\tclose", "close,", ",close", "close,x", "x, close", "x ,close",
            "x,\tclose", "closed", "close x", "close;x", "keep-alive", "Keep-Alive", "keep-alive ", "keep-alive\t",
            "keep-alive,x", "keep-alive\t,x", "x,keep-alive", "keep-alive, close", "close, keep-alive", "upgrade",
        ]
        let names = ["Connection", "connection", "Proxy-Connection", "PROXY-cONNECTION", "Keep-Alive"]
        let alone = names.flatMap { name in values.map { "\(name): \($0)\r\n" } }
        let telling = ["close", "Close", "x, close", "close\t", "keep-alive", "keep-alive\t,x", "upgrade"]
        let lines =
            ["Connection", "Proxy-Connection"].flatMap { name in telling.map { "\(name): \($0)\r\n" } }
            + ["Upgrade: h2c\r\n"]
        return [""] + alone + lines.flatMap { line in lines.map { line + $0 } }
    }()
}
