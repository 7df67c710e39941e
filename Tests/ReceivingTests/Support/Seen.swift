import Domain
import Synchronization

@testable import Receiving

/// The webhooks that a parser was given.
final class Seen: Sendable {
    private let all = Mutex<[WebhookID]>([])
    var ids: [WebhookID] { all.withLock { $0 } }
    func add(_ id: WebhookID) { all.withLock { $0.append(id) } }
}

/// What a process leaves behind that died while parsing.
func trace(_ seq: Int64, alone: Bool) -> BreadcrumbFile.Leftover {
    // Only 0 is no trace, and no queue number.
    // swift-format-ignore: NeverForceUnwrap
    BreadcrumbFile.Leftover(cell: alone ? -seq : seq)!
}

/// A yes that stays.
final class Flag: Sendable {
    private let value = Mutex(false)
    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
}
