import NIOHTTP1

/// A whole request.
struct SandboxRequest {
    let method: HTTPMethod
    /// Without the query.
    let path: String
    let headers: HTTPHeaders
    let body: [UInt8]

    /// Whether the body is a form, as NXTele's older APIs want it.
    var isForm: Bool {
        headers.first(name: "content-type")?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
    }
}

/// What is done with the connection of a request.
enum SandboxReply {
    /// An HTTP answer.
    case http(status: Int, contentType: String, body: [UInt8], retryAfterSeconds: Int64? = nil)
    /// These bytes, which are no HTTP, and the end.
    case raw([UInt8])
    /// The end, without an answer.
    case close

    /// NXTele's usual answer: 200 and JSON.
    static func json(_ body: [UInt8]) -> SandboxReply {
        .http(status: 200, contentType: "application/json;charset=UTF-8", body: body)
    }

    /// A line of text.
    static func text(status: Int, _ text: String) -> SandboxReply {
        .http(status: status, contentType: "text/plain; charset=utf-8", body: Array((text + "\n").utf8))
    }
}
