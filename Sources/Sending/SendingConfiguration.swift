import Domain
import PostgresClient
import Store

/// What a send worker process needs to know.
public struct SendingConfiguration: Sendable {
    /// Where Postgres is.
    public var database: ConnectionConfiguration
    /// The address of the provider's API, without the path of a call and without a slash at its end.
    public var providerURL: String
    /// Calls in flight at most. Defaults to 256.
    public var callsMax: Int
    /// Sends a second that all workers together hand to the provider; 0 is no limit, the default.
    public var rate: Int
    /// How long a call may take. Defaults to 30 s.
    public var sendTimeout: Duration
    /// How often, and how far apart, failed sends are tried again; an account may have a cap of its own.
    public var retry: RetryPolicy
    /// When attempts are looked up, and until when.
    public var lookups: LookupTimes
    /// What becomes of an attempt still unclear at its deadline, where the account says nothing. Defaults to fail.
    public var unclearPolicy: UnclearPolicy
    /// How long a retry without a validity of its own may wait. Defaults to 24 h.
    public var maxWait: Duration
    /// The zone of the provider's local times, by a name Postgres knows.
    public var timeZone: String
    /// When an attempt with an unknown outcome is first looked up: mostly a late answer or a receipt comes before.
    public static let unclearAfter = Duration.seconds(30)
    /// How often the balance of a paused provider is asked for. Defaults to 30 s.
    public var probeInterval: Duration = .seconds(30)

    /// Makes a configuration with the defaults.
    public init(
        database: ConnectionConfiguration, providerURL: String, callsMax: Int = 256, rate: Int = 0,
        sendTimeout: Duration = .seconds(30),
        retry: RetryPolicy = RetryPolicy(maxAutomaticRetries: 3, base: .seconds(5), cap: .seconds(900)),
        lookups: LookupTimes = LookupTimes(
            unclearAfter: unclearAfter, unclearDeadline: .seconds(86_400), receiptAfter: .seconds(3_600),
            receiptDeadline: .seconds(72 * 3_600)),
        unclearPolicy: UnclearPolicy = .fail, maxWait: Duration = .seconds(86_400), timeZone: String = "Asia/Shanghai"
    ) {
        self.database = database
        self.providerURL = providerURL
        self.callsMax = callsMax
        self.rate = rate
        self.sendTimeout = sendTimeout
        self.retry = retry
        self.lookups = lookups
        self.unclearPolicy = unclearPolicy
        self.maxWait = maxWait
        self.timeZone = timeZone
    }

    /// How long after its claim a send may still be written: long enough for the commit, a slot of the rate limit and a
    /// connection; short, because a rescue waits for it. Below ``Heartbeat/silence``, so that a send rescued from a
    /// silent worker is not begun afterwards.
    var gateSpan: Duration { min(.seconds(10), sendTimeout + .seconds(2)) }

    /// How long a lease lasts: below a minute by the bound of ``Setting/sendTimeout``, because that is how long a hung
    /// worker is waited for. A call that passed the gate has ended before that, by its time-out and the second that the
    /// body of a late answer gets (``ProviderClient/lateBodyTimeMax``).
    var lease: Duration { gateSpan + sendTimeout + .seconds(1) }

    /// The retry policy of an account.
    func retryPolicy(maxAutomaticRetries own: Int32?) -> RetryPolicy {
        guard let own, own != retry.maxAutomaticRetries else { return retry }
        return RetryPolicy(maxAutomaticRetries: own, base: retry.base, cap: retry.cap)
    }
}
