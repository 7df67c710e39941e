import NIOCore

/// All answers as bytes, ready to be written. One table an event loop: a buffer's reference count then stays on one
/// core.
struct AnswerTable {
    private let messages: [ByteBuffer]

    /// Renders every answer for every kind of connection.
    init(allocator: ByteBufferAllocator = ByteBufferAllocator()) {
        messages = Answer.allCases.flatMap { answer in
            Answer.Connection.allCases.map { allocator.buffer(string: answer.message($0)) }
        }
    }

    /// The bytes of an answer with its body.
    func message(_ answer: Answer, _ connection: Answer.Connection) -> ByteBuffer {
        messages[answer.rawValue * Answer.Connection.allCases.count + connection.rawValue]
    }
}
