import Hummingbird
import NIOCore

extension Response {
    /// An answer of JSON. Nobody on the way may store it, because it holds messages and numbers.
    init(status: HTTPResponse.Status, json bytes: [UInt8], contentType: String = "application/json") {
        self.init(status: status, json: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)), contentType: contentType)
    }

    /// An answer of JSON that is written already.
    init(status: HTTPResponse.Status, json body: ResponseBody, contentType: String = "application/json") {
        self.init(status: status, headers: [.contentType: contentType, .cacheControl: "no-store"], body: body)
    }

    /// An answer of JSON.
    init(status: HTTPResponse.Status, capacity: Int = 1024, _ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(capacity: capacity)
        write(&writer)
        self.init(status: status, json: writer.bytes)
    }
}
