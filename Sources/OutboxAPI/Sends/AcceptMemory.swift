import Domain
import Store

/// What groups of sends that looked have found, for deciding on the next ones without looking.
///
/// It may be out of date: whoever decides by it has Postgres confirm it (``AcceptEntries``). Balances are not remembered, as
/// every other process changes them: by these facts each account can pay, and Postgres sees to it.
struct AcceptMemory: Sendable {
    /// Accounts that are remembered; with one more it begins anew.
    static let accountsMax = 10_000
    /// Prices that are remembered; with one more it begins anew.
    static let pricesMax = 10_000

    /// Currencies of accounts by their names.
    private var currencies: [String: String] = [:]
    private var prices = PriceList([])
    /// What the database's clock showed, and when that was.
    private var clock: (shown: Timestamp, at: ContinuousClock.Instant)?

    /// Takes in what a look for these prefixes has found.
    mutating func learn(_ found: LockStandings.Output, prefixes: [String], at instant: ContinuousClock.Instant) {
        guard let now = found.now else { return }
        clock = (now, instant)
        if currencies.count + found.accounts.count > Self.accountsMax { currencies = [:] }
        for account in found.accounts { currencies[account.name] = account.currency }
        if prices.count + found.prices.count > Self.pricesMax { prices = PriceList([]) }
        prices.learn(found.prices, of: Set(found.accounts.map(\.currency)), prefixes: prefixes)
    }

    /// What sends of these accounts can be decided by; nil where one is not known.
    func facts(
        of accounts: Set<String>, provider: String, waitMax: Duration, at instant: ContinuousClock.Instant
    ) -> AcceptFacts? {
        guard let clock else { return nil }
        var known: [String: AccountStanding] = [:]
        for name in accounts {
            guard let currency = currencies[name] else { return nil }
            known[name] = AccountStanding(name: name, isPrepaid: false, currency: currency)
        }
        let now = Timestamp(microseconds: clock.shown.microseconds + (instant - clock.at).wholeMicroseconds)
        return AcceptFacts(
            now: now, accounts: known, prices: prices, earlier: [:], provider: provider, waitMax: waitMax)
    }
}
