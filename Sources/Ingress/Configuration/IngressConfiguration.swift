import NIOCore
import Runtime

/// Everything the ingress's HTTP side can be told.
public struct IngressConfiguration: Sendable {
    /// Where webhooks come in.
    public var listen: ListenAddress
    /// Where the same routes are served behind a TCP-mode balancer, which must begin every connection with a PROXY
    /// protocol v2 header. Nil for nowhere. Defaults to nil.
    public var rawListen: ListenAddress?

    /// The keys Onoff may call with; none closes the route. Defaults to none.
    public var onoffKeys: CredentialSet
    /// The tokens NXTele may call with; none closes the routes (save aliases with an allow list). Defaults to none.
    public var nxteleTokens: CredentialSet
    /// What verifies the signed JSON form of inbound SMS; nil closes that form. Defaults to nil.
    public var nxteleSignature: WebhookSignature?
    /// Further paths for NXTele's receipts, such as `/callback/dr`. Defaults to none.
    public var receiptAliases: [String]
    /// Who may call NXTele's routes; none means anybody with a token. Defaults to none.
    public var allowedAddresses: [AddressRange]
    /// Whose `X-Forwarded-For` is believed and, if there is any, who alone may speak on ``rawListen``. Defaults to
    /// none.
    public var trustedProxies: [AddressRange]

    /// The longest body, in bytes. Defaults to 64 KiB.
    public var bodyBytesMax = 65_536
    /// The longest request line, in bytes without its end. Defaults to 8 KiB.
    public var requestLineBytesMax = 8_192
    /// The longest head with its request line, in bytes, at most 65 535. Defaults to 16 KiB.
    public var headBytesMax = 16_384
    /// How much is read from a connection at once, in bytes, a power of two of at least 2 KiB: a buffer of up to this
    /// size is kept for each. Defaults to 4 KiB.
    public var readBytesMax = 4_096
    /// If a client leaves more than this many bytes of answers unread, the connection's next request is not begun.
    /// Defaults to 4 KiB.
    public var unsentBytesMax = 4_096
    /// If more than this many bytes wait after the request under way, the connection is not read from. Defaults to 32
    /// KiB.
    public var heldBytesMax = 32_768
    /// How many bytes of unfinished heads, and of requests whose client does not take its answers, all connections
    /// together may keep in memory; beyond it a head is answered 503, and such a client's connection is closed. A head
    /// that comes whole needs no room here. Defaults to 32 MiB.
    public var unfinishedHeadBytesMax = 33_554_432
    /// How many bytes of unfinished bodies all connections together may keep in memory; beyond it a request is answered
    /// 503. Defaults to 32 MiB.
    public var unfinishedBodyBytesMax = 33_554_432

    /// How long a head may take, from the connection's start or its first byte. Defaults to 10 seconds.
    public var headTimeout = TimeAmount.seconds(10)
    /// How long a body may take, from the end of its head. Defaults to 10 seconds.
    public var bodyTimeout = TimeAmount.seconds(10)
    /// How long a connection may be idle between requests. Defaults to 75 seconds.
    public var idleTimeout = TimeAmount.seconds(75)
    /// How long the rest of what a refused client sends is read and dropped, so that it can read the answer. Defaults
    /// to 2 seconds.
    public var lingerTimeout = TimeAmount.seconds(2)
    /// How much of it, in bytes. Defaults to 256 KiB.
    public var lingerBytesMax = 262_144

    /// How many connections may be open; more wait in the kernel's queue. Defaults to 16 384.
    public var connectionsMax = 16_384
    /// The length of that queue; the kernel may cut it. Defaults to 4 096.
    public var backlog = 4_096
    /// The number of event loops. 0, the default, means one a core.
    public var eventLoops = 0
    /// How long requests under way may take to finish once the shutdown has begun. Defaults to 20 seconds.
    public var shutdownGrace = TimeAmount.seconds(20)

    /// Makes a configuration with the defaults named at the fields.
    public init(
        listen: ListenAddress, rawListen: ListenAddress? = nil, onoffKeys: CredentialSet = CredentialSet([]),
        nxteleTokens: CredentialSet = CredentialSet([]), nxteleSignature: WebhookSignature? = nil,
        receiptAliases: [String] = [], allowedAddresses: [AddressRange] = [], trustedProxies: [AddressRange] = []
    ) {
        self.listen = listen
        self.rawListen = rawListen
        self.onoffKeys = onoffKeys
        self.nxteleTokens = nxteleTokens
        self.nxteleSignature = nxteleSignature
        self.receiptAliases = receiptAliases
        self.allowedAddresses = allowedAddresses
        self.trustedProxies = trustedProxies
    }
}
