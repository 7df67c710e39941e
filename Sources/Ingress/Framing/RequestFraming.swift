/// Where one HTTP/1 request of a connection ends and the next begins: the decisions, without any I/O.
///
/// The caller keeps the bytes. It asks ``step(_:)`` again and again with all it holds, does what the answer says and
/// drops what the answer covers, until the answer is `more` or `hold`. One message is under way at a time: after its
/// last byte was handed on, everything is held until ``responseWritten(reusable:)``.
///
/// The same bytes lead to the same steps however they are cut into reads. Lines end in CRLF and nothing else (a bare CR
/// or LF is refused, RFC 9112 §2.2 allows that), so that this and the parser after it cannot see two different
/// messages.
struct RequestFraming {
    /// The sizes a head may have.
    struct Limits: Equatable, Sendable {
        /// The longest request line, in bytes, without its CRLF.
        var requestLineBytesMax: Int
        /// The longest head, in bytes, with the request line and the empty line. At most 65 535.
        var headBytesMax: Int
    }

    /// Why a connection is answered and closed without a message having been handed on.
    enum Refusal: Equatable {
        /// 400: no request that can be read in one way only.
        case malformed
        /// 414.
        case requestLineTooLong
        /// 431.
        case headTooLarge
    }

    /// What to do with the bytes at the front.
    enum Step: Equatable {
        /// Nothing: wait for more.
        case more
        /// Drop this many bytes: an empty line before a request (RFC 9112 §2.2).
        case skip(Int)
        /// A whole head. Hand on `head.length` bytes (repaired if it says so) and `bodyBytes` more.
        case head(RequestHead, bodyBytes: Int)
        /// Hand on this many bytes of the body.
        case body(Int)
        /// Nothing: the bytes belong to the next message, and this one is not answered yet.
        case hold
        /// Answer and close.
        case refuse(Refusal)
        /// Drop all: nothing that comes is read any more.
        case discard
    }

    private enum State: Equatable {
        /// Before a message. Exits: head (a byte came), closed.
        case between(emptyLineSkipped: Bool)
        /// Inside a head: parsed up to `lineStart`, searched up to `searched`. Exits: body, chunks, answering, closed.
        case head(RequestHead, lineStart: Int, searched: Int, fields: FieldLines)
        /// This many bytes of the body are missing. Exits: answering, closed.
        case body(remaining: Int)
        /// A chunked body: everything is handed on. Exits: closed.
        case chunks
        /// The message was handed on. Exits: between, closed.
        case answering
        /// Exits: none.
        case closed
    }

    private let limits: Limits
    private let repairable: RepairablePaths
    private var state = State.between(emptyLineSkipped: false)

    /// Makes the framing of a new connection.
    init(limits: Limits, repairable: RepairablePaths) {
        self.limits = limits
        self.repairable = repairable
    }

    /// Whether no byte of a message has been seen since the last one was answered.
    var isBetweenMessages: Bool {
        if case .between = state { true } else { false }
    }

    /// Whether a head has begun and is not complete.
    var isInHead: Bool {
        if case .head = state { true } else { false }
    }

    /// Whether bytes of the message under way are missing, or may be (chunks).
    var isBodyMissing: Bool {
        switch state {
        case .body, .chunks: true
        default: false
        }
    }

    /// Decides about the bytes held, all of them, oldest first.
    mutating func step(_ bytes: UnsafeRawBufferPointer) -> Step {
        switch state {
        case .between(let skipped):
            guard let first = bytes.first else { return .more }
            if first == UInt8(ascii: "\r"), !skipped {
                guard bytes.count > 1 else { return .more }
                guard bytes[1] == UInt8(ascii: "\n") else { return refuse(.malformed) }
                state = .between(emptyLineSkipped: true)
                return .skip(2)
            }
            state = .head(RequestHead(), lineStart: 0, searched: 0, fields: FieldLines())
            return scanHead(bytes)
        case .head:
            return scanHead(bytes)
        case .body(let remaining):
            guard !bytes.isEmpty else { return .more }
            let count = min(remaining, bytes.count)
            state = count == remaining ? .answering : .body(remaining: remaining - count)
            return .body(count)
        case .chunks:
            return bytes.isEmpty ? .more : .body(bytes.count)
        case .answering:
            return .hold
        case .closed:
            return .discard
        }
    }

    /// The message under way was answered.
    ///
    /// - Parameter reusable: Whether another message may follow. It cannot while bytes of this one are missing.
    mutating func responseWritten(reusable: Bool) {
        state = reusable && state == .answering ? .between(emptyLineSkipped: false) : .closed
    }

    /// Nothing more is read: every further byte is discarded.
    mutating func close() {
        state = .closed
    }

    private mutating func refuse(_ refusal: Refusal) -> Step {
        state = .closed
        return .refuse(refusal)
    }

    /// Reads the lines that are complete; each byte is searched once, however slowly the head drips in.
    private mutating func scanHead(_ bytes: UnsafeRawBufferPointer) -> Step {
        guard case .head(var head, var lineStart, var searched, var fields) = state else { return .more }
        while true {
            let lineEnd = bytes.firstOffset(of: UInt8(ascii: "\n"), in: searched..<bytes.count)
            if let refusal = overrun(lineStart: lineStart, lineEnd: lineEnd, count: bytes.count) {
                return refuse(refusal)
            }
            guard let lineEnd else {
                state = .head(head, lineStart: lineStart, searched: bytes.count, fields: fields)
                return .more
            }
            guard lineEnd > lineStart, bytes[lineEnd - 1] == UInt8(ascii: "\r"),
                bytes.firstOffset(of: UInt8(ascii: "\r"), in: lineStart..<(lineEnd - 1)) == nil
            else { return refuse(.malformed) }
            let line = lineStart..<(lineEnd - 1)
            if lineStart == 0 {
                guard head.readRequestLine(line, of: bytes, repairable: repairable) else { return refuse(.malformed) }
            } else if line.isEmpty {
                head.length = lineEnd + 1
                return finish(head, fields, held: bytes.count)
            } else {
                guard fields.read(line, of: bytes, into: &head) else { return refuse(.malformed) }
            }
            lineStart = lineEnd + 1
            searched = lineStart
        }
    }

    /// Which limit the line that starts at `lineStart` breaks, as soon as that is certain.
    private func overrun(lineStart: Int, lineEnd: Int?, count: Int) -> Refusal? {
        if lineStart == 0 {
            // The last byte of an unfinished line may be the CR.
            let bytesAtLeast = (lineEnd ?? count) - 1
            if bytesAtLeast > limits.requestLineBytesMax { return .requestLineTooLong }
        }
        let headBytesAtLeast = lineEnd.map { $0 + 1 } ?? count
        return headBytesAtLeast > limits.headBytesMax ? .headTooLarge : nil
    }

    private mutating func finish(_ head: RequestHead, _ fields: FieldLines, held: Int) -> Step {
        guard let body = fields.body else { return refuse(.malformed) }
        var head = head
        head.body = body
        head.allowsReuse =
            fields.isReusable(isVersion10: head.isVersion10) && body != .chunked && !fields.asksForUpgrade
            && head.method != .other  // CONNECT stops the decoder as an upgrade does; no provider uses any of them.
        let available = held - head.length
        switch body {
        case .none, .length(0):
            state = .answering
            return .head(head, bodyBytes: 0)
        case .length(let length):
            let count = min(length, available)
            state = count == length ? .answering : .body(remaining: length - count)
            return .head(head, bodyBytes: count)
        case .chunked:
            state = .chunks
            return .head(head, bodyBytes: available)
        }
    }
}
