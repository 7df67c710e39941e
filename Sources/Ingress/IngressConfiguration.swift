import NIOCore
import Runtime

/// What the ingress's HTTP side needs to know.
package struct IngressConfiguration: Sendable {
    /// Where webhooks come in.
    var listen: ListenAddress
    /// Where the same routes are served behind a TCP-mode balancer, which must begin every connection with a PROXY
    /// protocol v2 header. Nil for nowhere.
    var rawListen: ListenAddress?

    /// The keys Onoff may call with; none closes the route.
    var onoffKeys: CredentialSet
    /// The tokens NXTele may call with; none closes the routes (save aliases with an allow list).
    var nxteleTokens: CredentialSet
    /// What verifies the signed JSON form of inbound SMS; nil closes that form.
    var nxteleSignature: WebhookSignature?
    /// Further paths for NXTele's receipts, such as `/callback/dr`.
    var receiptAliases: [String]
    /// Who may call NXTele's routes; none means anybody with a token.
    var allowedAddresses: [AddressRange]
    /// Whose `X-Forwarded-For` is believed and, if there is any, who alone may speak on ``rawListen``.
    var trustedProxies: [AddressRange]

    /// The longest body, in bytes.
    var bodyBytesMax: Int
    /// How long requests under way may take to finish once the shutdown has begun.
    var shutdownGrace: TimeAmount

    /// The longest head with its request line, in bytes, at most 65 535.
    var headBytesMax = 16_384
    /// If more than this many bytes wait after the request under way, the connection is not read from.
    var heldBytesMax = 32_768
    /// How many bytes of unfinished heads, and of requests whose client does not take its answers, all connections
    /// together may keep in memory; beyond it a head is answered 503, and such a client's connection is closed. A head
    /// that comes whole needs no room here.
    var unfinishedHeadBytesMax = 32 << 20
    /// How many bytes of unfinished bodies all connections together may keep in memory; beyond it a request is answered
    /// 503.
    var unfinishedBodyBytesMax = 32 << 20

    /// How long a head may take, from the connection's start or its first byte.
    var headTimeout = TimeAmount.seconds(10)
    /// How long a body may take, from the end of its head.
    var bodyTimeout = TimeAmount.seconds(10)
    /// How long a connection may be idle between requests.
    var idleTimeout = TimeAmount.seconds(75)

    /// How many connections may be open; more wait in the kernel's queue.
    var connectionsMax = 16_384
    /// The number of event loops. 0 means one a core.
    var eventLoops = 0

    /// The longest request line, in bytes without its end.
    static let requestLineBytesMax = 8_192
    /// How much is read from a connection at once, in bytes, a power of two of at least 2 KiB: a buffer of up to this
    /// size is kept for each.
    static let readBytesMax = 4_096
    /// If a client leaves more than this many bytes of answers unread, the connection's next request is not begun.
    static let unsentBytesMax = 4_096
    /// How long the rest of what a refused client sends is read and dropped, so that it can read the answer.
    static let lingerTimeout = TimeAmount.seconds(2)
    /// How much of it, in bytes.
    static let lingerBytesMax = 262_144
    /// The length of the kernel's queue of connections; the kernel may cut it.
    static let backlog: CInt = 4_096
}
