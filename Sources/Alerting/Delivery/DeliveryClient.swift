import Domain
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Runtime

/// Posts to users' webhooks: resolves the host, checks its addresses, and connects to what was checked.
///
/// Written on SwiftNIO, not on AsyncHTTPClient as the calls to providers are. AsyncHTTPClient takes a name and connects
/// to whatever DNS says of it at that moment (its `dnsOverride` belongs to a client, so each delivery would need a
/// client with a pool of its own), and its parser bounds neither headers nor body. Here no name can be connected to,
/// there are no redirects and no proxies, and the gate is asked after the handshake, just before the head is written.
/// Each delivery has a connection of its own: a kept one would lead to an address that was checked for another
/// delivery.
struct DeliveryClient: Sendable {
    /// How long connecting to one address may take; the next is tried then.
    static let connectTimeoutMax = Duration.seconds(3)
    /// Addresses that are tried; of both families where a host has both.
    static let addressesTriedMax = 4
    /// How long the body is read after an answer's head has come: only so that the receiver does not see a reset.
    static let bodyTimeMax = TimeAmount.seconds(1)
    /// The longest answer, in bytes from the wire: head and body.
    static let answerBytesMax = 32 * 1_024

    /// How long the host's addresses are waited for.
    static let resolveTimeMaxDefault = Duration.seconds(5)

    let policy: DestinationPolicy
    let resolver: any HostResolver
    let tls: NIOSSLContext
    let group: any EventLoopGroup
    let resolveTimeMax: Duration

    /// A client that trusts what the system does, or other roots in a test.
    init(
        policy: DestinationPolicy, resolver: any HostResolver, trustRoots: NIOSSLTrustRoots = .default,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        resolveTimeMax: Duration = Self.resolveTimeMaxDefault
    ) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = trustRoots
        configuration.minimumTLSVersion = .tlsv12
        tls = try NIOSSLContext(configuration: configuration)
        self.policy = policy
        self.resolver = resolver
        self.group = group
        self.resolveTimeMax = resolveTimeMax
    }

    /// Posts it, unless the gate is past its time when everything is ready. Never throws: every failure is an answer.
    ///
    /// Returns when nothing of it is under way any more, which may be after `tell` was called: a DNS query cannot be
    /// stopped, and counts as its delivery until it is answered. So an account with silent name servers holds up only
    /// its own deliveries.
    ///
    /// - Parameters:
    ///   - timeout: of all of it.
    ///   - tell: is told the answer once, as soon as there is one.
    func post(
        _ request: DeliveryRequest, to url: String, gate: CallGate, timeout: Duration,
        tell: @Sendable (DeliveryAnswer) -> Void
    ) async {
        let deadline = NIODeadline.now() + .nanoseconds(timeout.nanoseconds)
        guard let found = await resolve(url, timeout: min(resolveTimeMax, timeout), tell: tell) else { return }
        switch found {
        case .refused(let answer): tell(answer)
        case .destination(let destination):
            tell(await post(request, to: destination, gate: gate, deadline: deadline))
        }
    }

    private func post(
        _ request: DeliveryRequest, to destination: CheckedDestination, gate: CallGate, deadline: NIODeadline
    ) async -> DeliveryAnswer {
        // Plain http goes to exempt addresses only, which are known to be ours: elsewhere anybody on the way could read
        // it.
        let endpoints = destination.endpoints.filter {
            destination.url.scheme == .https || policy.exemptRanges.contain($0.address)
        }
        guard !endpoints.isEmpty else { return .blocked("The URL is http, and its address is not one that may be.") }
        for endpoint in Self.inOrder(endpoints) {
            guard NIODeadline.now() < deadline else { break }
            switch await exchange(request, with: endpoint, of: destination.url, gate: gate, deadline: deadline) {
            case .notConnected: continue
            case .ended(let answer): return answer
            }
        }
        return .failed("No connection could be made.")
    }

    private enum Resolved {
        case destination(CheckedDestination)
        case refused(DeliveryAnswer)
    }

    /// Where the URL leads; nil if that was not known in time, in which case the answer has been told already.
    private func resolve(
        _ url: String, timeout: Duration, tell: @Sendable (DeliveryAnswer) -> Void
    ) async -> Resolved? {
        await withTaskGroup(of: (resolved: Resolved?, isLate: Bool).self) { group in
            group.addTask { (await resolve(url), false) }
            // Cut short it says nothing about DNS.
            group.addTask { (nil, (try? await Task.sleep(for: timeout)) != nil) }
            for await (resolved, isLate) in group {
                if isLate { tell(.failed("Its host could not be resolved.")) }
                guard resolved != nil || isLate else { continue }
                group.cancelAll()
                return resolved
            }
            return nil
        }
    }

    private func resolve(_ url: String) async -> Resolved {
        do {
            return .destination(try await policy.resolve(policy.read(url), by: resolver))
        } catch let refusal as DestinationRefusal {
            return .refused(Self.answer(refusal))
        } catch URLRefusal.restrictedAddress(let use) {
            return .refused(Self.answer(DestinationRefusal.restrictedAddress(use)))
        } catch {
            return .refused(.blocked("The URL is refused: \(error)."))
        }
    }

    private static func answer(_ refusal: DestinationRefusal) -> DeliveryAnswer {
        switch refusal {
        case .unresolved: .failed("Its host could not be resolved.")
        case .noAddresses: .failed("Its host has no address.")
        case .restrictedAddress(let use): .blocked("Its host leads to an address that is not allowed: \(use).")
        }
    }

    /// The first few, one of the other family among them, because one family often leads nowhere.
    static func inOrder(_ endpoints: [CheckedEndpoint]) -> [CheckedEndpoint] {
        guard let first = endpoints.first else { return [] }
        var order = [first]
        if let other = endpoints.first(where: { $0.address.family != first.address.family }) { order.append(other) }
        order += endpoints.filter { !order.contains($0) }
        return Array(order.prefix(addressesTriedMax))
    }

    private enum Exchanged {
        case notConnected
        case ended(DeliveryAnswer)
    }

    private func exchange(
        _ request: DeliveryRequest, with endpoint: CheckedEndpoint, of url: WebhookURL, gate: CallGate,
        deadline: NIODeadline
    ) async -> Exchanged {
        let loop = group.next()
        let end = loop.makePromise(of: DeliveryAnswer.self)
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: url.target, headers: request.headers)
        head.headers.replaceOrAdd(name: "Host", value: url.authority)
        let body = ByteBuffer(bytes: request.body)
        let usesTLS = url.scheme == .https
        // Nil where the host is an address: the TLS handler then compares the certificate with the peer's address.
        let certificateName = url.certificateName
        let connectTimeout = min(
            TimeAmount.nanoseconds(Self.connectTimeoutMax.nanoseconds), deadline - NIODeadline.now())
        do {
            let address = try SocketAddress(ipAddress: "\(endpoint.address)", port: Int(endpoint.port))
            _ = try await ClientBootstrap(group: loop)
                .connectTimeout(connectTimeout)
                .channelInitializer { [tls, head] channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        if usesTLS {
                            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: certificateName))
                        }
                        try pipeline.addHandler(AnswerByteLimit(bytesMax: Self.answerBytesMax))
                        try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                        try pipeline.addHandler(
                            DeliveryExchange(
                                head: head, body: body, gate: gate, awaitsHandshake: usesTLS,
                                certificateName: certificateName, deadline: deadline, end: end))
                    }
                }
                .connect(to: address).get()
        } catch {
            end.fail(error)
            return .notConnected
        }
        do {
            return .ended(try await end.futureResult.get())
        } catch {
            return .ended(.failed("The connection failed."))
        }
    }
}
