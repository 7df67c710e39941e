import Store

/// How many deliveries each account may have in flight: one whose endpoints are all dead holds up nobody else.
///
/// The queue says which account an endpoint belongs to, but calls in flight are counted by endpoint. So this remembers
/// the accounts of all endpoints that have a call in flight, at most as many as there are calls, and of those in the
/// last look.
struct AccountBound {
    /// In flight of one account at most.
    let countMax: Int
    private var accounts: [String: String] = [:]

    /// A bound of `countMax` deliveries per account.
    init(countMax: Int) { self.countMax = countMax }

    /// Cuts what is due of each endpoint to what may be claimed, so that no endpoint gets beyond `perEndpointMax` and
    /// no account beyond ``countMax``. An account's room goes round its endpoints, those with the least in flight first
    /// and else in the order given, one each and again.
    ///
    /// - Parameters:
    ///   - due: the endpoints, each once.
    ///   - inFlight: what each has in flight, by its key.
    ///   - order: places in `due`, each once; another order each time, or the same ones would always be first.
    mutating func cut(_ due: inout [DueEndpoint], perEndpointMax: Int, inFlight: [String: Int], order: [Int]) {
        accounts = accounts.filter { inFlight[$0.key, default: 0] > 0 }
        for endpoint in due { accounts[endpoint.key] = endpoint.account }
        var room: [String: Int] = [:]
        for (key, account) in accounts { room[account, default: countMax] -= inFlight[key, default: 0] }
        let wanted = due.map { max(0, min($0.count, perEndpointMax - inFlight[$0.key, default: 0])) }
        for place in due.indices { due[place].count = 0 }
        // By what an endpoint holds: the first turn is of those with nothing in flight.
        for held in 0..<perEndpointMax {
            for place in order {
                let endpoint = due[place]
                let isTurn = inFlight[endpoint.key, default: 0] + endpoint.count == held
                guard isTurn, endpoint.count < wanted[place], room[endpoint.account, default: 0] > 0 else { continue }
                due[place].count += 1
                room[endpoint.account, default: 0] -= 1
            }
        }
    }
}
