import NIOCore
import Runtime

/// A request's body that is handed out only while the gate can be passed.
///
/// The client asks for it when there is a connection and the head is on its way: there is no later moment.
struct GatedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let bytes: [UInt8]
    let gate: CallGate

    func makeAsyncIterator() -> Iterator { Iterator(body: self) }

    struct Iterator: AsyncIteratorProtocol {
        private var body: GatedBody?

        init(body: GatedBody) { self.body = body }

        mutating func next() async throws -> ByteBuffer? {
            guard let body else { return nil }
            guard body.gate.pass() else { throw LeasePassed() }
            self.body = nil
            return ByteBuffer(bytes: body.bytes)
        }
    }
}
