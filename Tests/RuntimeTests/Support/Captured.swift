import Synchronization

/// A list that several tasks append to.
final class Captured<Element: Sendable>: Sendable {
    private let state = Mutex<[Element]>([])

    var all: [Element] { state.withLock { $0 } }

    /// Appends, and tells how many there are now.
    @discardableResult func append(_ element: Element) -> Int {
        state.withLock { elements in
            elements.append(element)
            return elements.count
        }
    }
}

/// A door that stays open once it was opened.
struct Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func open() { continuation.finish() }

    /// Waits until it is open or the task is cancelled.
    func wait() async { for await _ in stream {} }
}
