/// An HTTP call to a provider, ready to be written: always a POST, complete but for host, length and connection.
///
/// It may be signed for this moment: make it just before it is written, and never keep it.
package struct ProviderCall: Hashable, Sendable {
    /// The path with its leading slash, below the provider's base URL.
    package var path: String
    /// The value of `Content-Type`.
    package var contentType: String
    /// All other headers the provider wants.
    package var headers: [ProviderHeader]
    /// The body, to be sent byte for byte: a signature may cover it.
    package var body: [UInt8]

    /// A call with these parts.
    package init(path: String, contentType: String, headers: [ProviderHeader] = [], body: [UInt8]) {
        self.path = path
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }
}

extension ProviderCall: WithoutContents {
    /// The path and the size: the body and the headers hold keys, a phone number and a text.
    package var description: String { "POST \(path), \(body.count) bytes" }
}
