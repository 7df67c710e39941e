import Domain
import PostgresClient
import Providers
import Store

/// What a send worker process needs to know.
struct SendingConfiguration: Sendable {
    /// Where Postgres is.
    var database: ConnectionConfiguration
    /// The address of the provider's API, without the path of a call and without a slash at its end.
    var providerURL: String
    /// The keys for its API.
    var access: NXTeleAccess
    /// Calls in flight at most.
    var callsMax: Int
    /// Sends a second that all workers together hand to the provider; 0 is no limit.
    var rate: Int
    /// How long a call may take.
    var sendTimeout: Duration
    /// How often, and how far apart, failed sends are tried again; an account may have a cap of its own.
    var retry: RetryPolicy
    /// When attempts are looked up, and until when.
    var lookups: LookupTimes
    /// What becomes of an attempt still unclear at its deadline, where the account says nothing.
    var unclearPolicy: UnclearPolicy
    /// How long a retry without a validity of its own may wait.
    var maxWait: Duration
    /// The zone of the provider's local times, by a name Postgres knows.
    var timeZone: String

    /// How often the balance of a paused provider is asked for.
    var probeInterval = Duration.seconds(30)

    /// When an attempt with an unknown outcome is first looked up: mostly a late answer or a receipt comes before.
    static let unclearAfter = Duration.seconds(30)

    /// How long after its claim a send may still be written: long enough for the commit, a slot of the rate limit and a
    /// connection; short, because a rescue waits for it. Below ``Heartbeat/silence``, so that a send rescued from a
    /// silent worker is not begun afterwards.
    var gateSpan: Duration { min(.seconds(10), sendTimeout + .seconds(2)) }

    /// How long a lease lasts: below a minute by the bound of ``Setting/sendTimeout``, because that is how long a hung
    /// worker is waited for. A call that passed the gate has ended before that, by its time-out and the second that the
    /// body of a late answer gets (``ProviderClient/lateBodyTimeMax``).
    var lease: Duration { gateSpan + sendTimeout + .seconds(1) }

    /// The time between two slots of the rate limit; nil where there is none.
    var slotInterval: Duration? { rate > 0 ? .microseconds((1_000_000 + rate - 1) / rate) : nil }

    /// How many slots there are at most within a time; nil where there is no rate limit.
    func slotsMax(within span: Duration) -> Int? { slotInterval.map { Int(span / $0) + 1 } }

    /// The retry policy of an account.
    func retryPolicy(maxAutomaticRetries own: Int32?) -> RetryPolicy {
        guard let own, own != retry.maxAutomaticRetries else { return retry }
        return RetryPolicy(maxAutomaticRetries: own, base: retry.base, cap: retry.cap)
    }
}
