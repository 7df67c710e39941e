/// An answer that says nothing about what became of the call.
package enum GarbageAnswer: Int, Hashable, Sendable, CaseIterable {
    /// HTTP 200 with a page of some proxy.
    case page
    /// HTTP 200 with a JSON text that ends in the middle.
    case halfJSON
    /// HTTP 200 without a body.
    case empty
    /// HTTP 200 with JSON of another shape.
    case otherJSON
    /// Bytes that are no HTTP, and the end of the connection.
    case noHTTP

    /// The body, or all bytes of ``noHTTP``.
    var bytes: [UInt8] {
        switch self {
        case .page: Array("<html><head><title>Welcome to nginx!</title></head><body></body></html>".utf8)
        case .halfJSON: Array(#"{"result":"请求成功","messageid":"20d6c660bd66"#.utf8)
        case .empty: []
        case .otherJSON: Array(#"{"code":{"value":[0]},"messageid":17}"#.utf8)
        case .noHTTP: Array("\u{1}\u{2}SSH-2.0-sandbox\r\n\r\n".utf8)
        }
    }
}
