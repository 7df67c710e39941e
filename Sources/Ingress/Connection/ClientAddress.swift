import Runtime

/// Who calls over one connection: its peer, or whom a trusted proxy names.
struct ClientAddress {
    /// What is stored where nobody knows.
    static let unknownText = "unknown"

    private let peer: IPAddress?
    private let peerText: String
    private let isPeerTrusted: Bool
    private let trusted: [AddressRange]

    /// Takes the connection's peer; nil if it has no IP address.
    init(peer: IPAddress?, trusted: [AddressRange]) {
        self.peer = peer
        self.trusted = trusted
        peerText = peer?.description ?? Self.unknownText
        isPeerTrusted = peer.map(trusted.contain) ?? false
    }

    /// The client of one request, as an address and as text.
    func client(of head: RequestHead, bytes: UnsafeRawBufferPointer) -> (address: IPAddress?, text: String) {
        guard isPeerTrusted, !head.forwardedFor.isEmpty, let peer else { return (peer, peerText) }
        let lines = head.forwardedFor.map { Array(bytes[$0.offsets]) }
        let client = ForwardedFor.client(of: lines, behind: peer, trusted: trusted)
        return (client, client?.description ?? Self.unknownText)
    }
}
