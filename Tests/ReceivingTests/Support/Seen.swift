import Domain
import Synchronization

/// The webhooks that a parser was given.
final class Seen: Sendable {
    private let all = Mutex<[WebhookID]>([])
    var ids: [WebhookID] { all.withLock { $0 } }
    func add(_ id: WebhookID) { all.withLock { $0.append(id) } }
}
