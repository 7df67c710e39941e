import Runtime

/// Who may deliver what: the decision about a request once its head is known. Bodies are not looked at.
struct Admission: Sendable {
    /// What may be delivered.
    struct Admitted: Equatable {
        var route: Route
        /// Whose key or token it was.
        var account: String
        /// The path as it is stored.
        var path: [UInt8]
        /// The query as it is stored.
        var query: [UInt8]
        /// Whether the body must still be verified against the head's `sign`.
        var isSigned = false
    }

    /// The decision.
    enum Verdict: Equatable {
        case admitted(Admitted)
        case refused(Answer, Route)
    }

    let routes: RouteTable
    let signature: WebhookSignature?
    private let onoffKeys: CredentialSet
    private let tokens: CredentialSet
    private let allowed: [AddressRange]
    private let bodyBytesMax: Int

    /// Takes what it needs of the configuration.
    init(_ configuration: IngressConfiguration) {
        routes = RouteTable(receiptAliases: configuration.receiptAliases)
        signature = configuration.nxteleSignature
        onoffKeys = configuration.onoffKeys
        tokens = configuration.nxteleTokens
        allowed = configuration.allowedAddresses
        bodyBytesMax = configuration.bodyBytesMax
    }

    /// Decides.
    ///
    /// A wrong token is answered before anything else about its path, so that it tells nothing.
    ///
    /// - Parameters:
    ///   - head: The request's head.
    ///   - bytes: The head's bytes.
    ///   - client: Who calls; nil if unknown, which no allow list allows.
    func verdict(on head: RequestHead, bytes: UnsafeRawBufferPointer, client: IPAddress?) -> Verdict {
        guard let match = routes.match(targetAt: head.target.offsets, of: bytes) else {
            return .refused(.notFound, .unknown)
        }
        let verdict: Verdict =
            switch match.route.caller {
            case nil: .refused(.notFound, match.route)
            case .onoff: onoffVerdict(on: head, match, bytes)
            case .nxtele: nxteleVerdict(on: head, match, bytes, client: client)
            }
        if case .admitted = verdict, case .length(let length) = head.body, length > bodyBytesMax {
            return .refused(.bodyTooLarge, match.route)
        }
        return verdict
    }

    private func onoffVerdict(
        on head: RequestHead, _ match: RouteTable.Match, _ bytes: UnsafeRawBufferPointer
    ) -> Verdict {
        guard !onoffKeys.isEmpty else { return .refused(.notFound, match.route) }
        guard match.route.allows(head.method) else { return .refused(match.route.methodRefusal, match.route) }
        let inAuthorization = head.authorization.flatMap { OnoffKey.token(inAuthorization: $0.offsets, of: bytes) }
        for token in [inAuthorization, head.apiKey?.offsets] {
            guard let token else { continue }
            if let account = onoffKeys.account(of: UnsafeRawBufferPointer(rebasing: bytes[token])) {
                return admitted(match, account, query: QueryToken(query: match.query, of: bytes))
            }
        }
        return .refused(.unauthorized, match.route)
    }

    private func nxteleVerdict(
        on head: RequestHead, _ match: RouteTable.Match, _ bytes: UnsafeRawBufferPointer, client: IPAddress?
    ) -> Verdict {
        let query = QueryToken(query: match.query, of: bytes)
        let token = match.token.map { QueryToken.decoded($0, of: bytes) } ?? query.token
        var isSigned = false
        let account: String
        if let token {
            guard let owner = token.withUnsafeBytes(tokens.account(of:)) else {
                return .refused(.notFound, match.route)
            }
            account = owner
        } else if match.isAlias, !allowed.isEmpty {
            account = AccountSecret.defaultAccount
        } else if match.route == .nxteleInbound, let signature, head.hasSignature {
            guard let key = head.accessKey,
                signature.knows(accessKey: UnsafeRawBufferPointer(rebasing: bytes[key.offsets]))
            else { return .refused(.unauthorizedSigned, match.route) }
            account = AccountSecret.defaultAccount
            isSigned = true
        } else {
            return .refused(.notFound, match.route)
        }
        if !allowed.isEmpty {
            guard let client, allowed.contain(client) else { return .refused(.forbidden, match.route) }
        }
        guard match.route.allows(head.method) else { return .refused(match.route.methodRefusal, match.route) }
        return admitted(match, account, query: query, isSigned: isSigned)
    }

    private func admitted(
        _ match: RouteTable.Match, _ account: String, query: QueryToken, isSigned: Bool = false
    ) -> Verdict {
        .admitted(
            Admitted(route: match.route, account: account, path: match.path, query: query.rest, isSigned: isSigned))
    }
}

extension RequestHead {
    /// Whether the fields of NXTele's signed form are all there.
    fileprivate var hasSignature: Bool {
        accessKey != nil && action != nil && bizType != nil && ts != nil && sign != nil
    }
}
