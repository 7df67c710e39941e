import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization

/// Bounds what the large answers that clients have not taken yet hold in memory, all of them in common.
///
/// An answer counts from when it is made until its connection takes it (it waits there behind an earlier answer that the
/// client does not read), and then until its last byte is sent. A request that reads and for whose answer there is no room
/// gets 503. One that writes never does, because that says that nothing was done. Small answers are not counted.
final class UntakenAnswers: Sendable {
    /// The largest answer that is a small one.
    static let smallBytesMax = 8_192

    private let bytesMax: Int
    private let bytes = Atomic<Int>(0)

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// The answer as it may be given.
    ///
    /// - Parameter isOfRead: whether nothing was done for it, so that it may be refused.
    /// - Throws: ``Problem`` where there is no room for it.
    func bounded(_ response: Response, isOfRead: Bool) throws(Problem) -> Response {
        guard let count = response.body.contentLength, let share = share(ofBytes: count) else { return response }
        guard !isOfRead || bytes.load(ordering: .relaxed) <= bytesMax else { throw Problem.unavailable }
        var bounded = response
        bounded.body = ResponseBody(contentLength: count) { [body = response.body] writer in
            try await body.write(writer)
            withExtendedLifetime(share) {}
        }
        return bounded
    }

    /// Counts so many bytes for as long as somebody keeps it; nil where they are too few to be counted.
    func share(ofBytes count: Int) -> Share? {
        count > Self.smallBytesMax ? Share(of: self, bytes: count) : nil
    }

    /// What one answer holds.
    final class Share: Sendable {
        private let owner: UntakenAnswers
        private let bytes: Int

        fileprivate init(of owner: UntakenAnswers, bytes: Int) {
            self.owner = owner
            self.bytes = bytes
            owner.bytes.add(bytes, ordering: .relaxed)
        }

        deinit { owner.bytes.subtract(bytes, ordering: .relaxed) }
    }
}
