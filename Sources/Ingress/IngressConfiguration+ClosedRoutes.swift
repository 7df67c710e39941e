import Logging
import Runtime

extension IngressConfiguration {
    /// The paths that nobody can call, each with what would open it.
    private var closedRoutes: [(path: String, opener: Setting)] {
        var closed: [(path: String, opener: Setting)] = []
        if onoffKeys.isEmpty { closed.append((RouteTable.onoffPath, .onoffAPIKeys)) }
        if nxteleTokens.isEmpty {
            // An alias without tokens has an allow list, and is open.
            if receiptAliases.isEmpty { closed.append((RouteTable.receiptPath, .nxteleTokens)) }
            if nxteleSignature == nil { closed.append((RouteTable.inboundPath, .nxteleTokens)) }
        }
        return closed
    }

    /// Warns of every route that nobody can call. It may be meant so; else what comes there is refused, and NXTele does not
    /// send it again.
    func warnOfClosedRoutes(_ log: Logger) {
        for route in closedRoutes {
            log.warning(
                "a route is closed, as nobody can call it",
                metadata: ["path": "\(route.path)", "setting": "\(route.opener.name)"])
        }
    }
}
