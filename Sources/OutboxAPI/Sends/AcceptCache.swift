import Domain
import Store

/// What groups of sends that looked have found, so that the next ones can be decided without looking.
///
/// Optimistic concurrency: it may be out of date, so every decision made by it is confirmed by Postgres under the
/// accounts' locks (``AcceptEntries``). Balances are not in it, because every other process changes them: these facts
/// assume that each account can pay, and Postgres checks that.
struct AcceptCache: Sendable {
    /// Accounts that are known at most; with more it begins anew.
    static let accountsMax = 10_000
    /// Prices that are known at most; with more it begins anew.
    static let pricesMax = 10_000

    /// How far the database's clock may be from where it is taken to be, and so how far an entry's times may be off.
    let clockErrorMax: Duration
    /// Currencies of accounts by their names.
    private var currencies: [String: String] = [:]
    private var prices = PriceList([])
    /// What the database's clock showed, and when that was; nil where it is not known well enough.
    private var clock: (shown: Timestamp, at: ContinuousClock.Instant)?

    init(clockErrorMax: Duration = .milliseconds(200)) { self.clockErrorMax = clockErrorMax }

    /// Takes in what a look for these prefixes has found. It began with the transaction whose time it tells.
    mutating func learn(
        _ found: LockStandings.Output, prefixes: [String], from start: ContinuousClock.Instant,
        to end: ContinuousClock.Instant
    ) {
        guard let now = found.now else { return }
        // When within the round trip the transaction began is not known.
        clock = end - start <= clockErrorMax ? (now, start) : nil
        for account in found.accounts { currencies[account.name] = account.currency }
        if currencies.count > Self.accountsMax {
            currencies = Dictionary(uniqueKeysWithValues: found.accounts.map { ($0.name, $0.currency) })
        }
        prices.learn(found.prices, of: Set(found.accounts.map(\.currency)), prefixes: prefixes)
        if prices.count > Self.pricesMax { prices = PriceList(found.prices) }
    }

    /// The facts by which sends of these accounts can be decided; nil where an account is not known.
    func facts(
        of accounts: Set<String>, provider: String, waitMax: Duration, at instant: ContinuousClock.Instant
    ) -> AcceptFacts? {
        guard let clock else { return nil }
        var known: [String: AccountStanding] = [:]
        for name in accounts {
            guard let currency = currencies[name] else { return nil }
            known[name] = AccountStanding(name: name, isPrepaid: false, currency: currency)
        }
        return AcceptFacts(
            now: clock.shown + (instant - clock.at), accounts: known, prices: prices, earlier: [:], provider: provider,
            waitMax: waitMax)
    }
}
