/// What the framer found in one request head: where its parts lie, and how its message ends.
///
/// The framer only finds and bounds; NIO's strict decoder, which comes next, checks the syntax before anything acts on
/// this.
struct RequestHead: Equatable {
    /// How many bytes follow the head.
    enum Body: Equatable {
        /// None: neither Content-Length nor Transfer-Encoding.
        case none
        /// Exactly this many, from one valid Content-Length.
        case length(Int)
        /// As many as the chunks say. The connection is not used again after such a message.
        case chunked
    }

    /// The methods that the routes tell apart.
    enum Method: Equatable {
        case get, post, head, other
    }

    /// From the first byte of the request line to the end of the empty line.
    var length = 0
    /// The method, by its exact bytes.
    var method = Method.other
    /// The request target as it came, raw spaces included.
    var target = FieldRange(0..<0)
    /// Whether the target must be percent-encoded before a strict parser reads it.
    var needsRepair = false
    /// Whether the version is HTTP/1.0.
    var isVersion10 = false
    /// How the message ends.
    var body = Body.none
    /// Whether the connection can be used again after this message: the client may do so, and the decoder goes on.
    var allowsReuse = true
    /// Whether the client waits for `100 Continue` before it sends the body.
    var expectsContinue = false

    var authorization: FieldRange?
    var apiKey: FieldRange?
    var contentType: FieldRange?
    var userAgent: FieldRange?
    var accessKey: FieldRange?
    var action: FieldRange?
    var bizType: FieldRange?
    var ts: FieldRange?
    var sign: FieldRange?
    var algorithm: FieldRange?
    /// All of them in the order they came; the only field whose repetitions count.
    var forwardedFor: [FieldRange] = []
}
