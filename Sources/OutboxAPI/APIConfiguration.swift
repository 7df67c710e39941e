import Alerting
import PostgresClient
import Runtime

/// What an API process needs to know.
public struct APIConfiguration: Sendable {
    /// Where Postgres is.
    public var database: ConnectionConfiguration
    /// Where requests come in.
    public var listen: ListenAddress
    /// How long a request may wait for its commit. Defaults to 2 s.
    public var storeDeadline: Duration
    /// How long a message without a validity may wait to be sent. Defaults to 24 h.
    public var waitMax: Duration
    /// Resends of one entry, where the account says nothing. Defaults to 3.
    public var resendsMax: Int32
    /// The zone of the provider's local times, by a name Postgres knows.
    public var providerTimeZone: String
    /// What the signing secrets of endpoints are derived from; nil: there are none.
    public var alertKey: AlertKey?
    /// Which URLs endpoints may have. Defaults to public servers by https.
    public var webhookPolicy: DestinationPolicy
    /// The provider that sends, as in ops.provider. Defaults to `nxtele`.
    public var provider: String
    /// Connections at a time; further ones wait. Defaults to 4096.
    public var connectionsMax: Int
    /// A connection on which nothing moves is closed after this time. Defaults to 60 s.
    public var idleTimeout: Duration
    /// How long a body may take to come. Defaults to 20 s.
    public var bodyTimeMax: Duration
    /// Connections to Postgres for requests that are neither sends nor lists. Defaults to 4.
    public var poolCapacity: Int
    /// Connections to Postgres for lists: however many lists are requested, and whatever they look for, other requests
    /// do not wait for them. Defaults to 2.
    public var listPoolCapacity: Int
    /// Sends in one transaction at most. Defaults to 256.
    public var groupSendsMax: Int
    /// Sends that wait at most; more are refused at once. Defaults to 5000.
    public var pendingSendsMax: Int
    /// Bytes of sends that wait at most. Defaults to 32 MiB.
    public var pendingBytesMax: Int
    /// Bytes of large answers that clients have not taken yet at most; a list beyond them is refused. Defaults to 128 MiB,
    /// a quarter of what the unit in deploy/systemd lets a process have.
    public var untakenBytesMax: Int

    /// A request with less time left than this is refused rather than tried: a tenth of the deadline.
    var tryTimeMin: Duration { storeDeadline / 10 }

    /// After this time, half of the deadline, a list is answered as far as it has come.
    var listTimeMax: Duration { storeDeadline / 2 }

    /// How long requests under way may take once the process stops: that of a request that was just read, and of one
    /// more try to connect.
    var drainTimeMax: Duration { storeDeadline * 2 + .seconds(1) }

    /// How long a request may take from its head to the end of its answer. The last part of its body may come after the
    /// body's time and a silence, and the answer then takes as long as that of a request that was just read: no answer
    /// that is still due is cut off.
    var exchangeTimeMax: Duration { bodyTimeMax + idleTimeout + drainTimeMax }

    /// Makes a configuration with the defaults.
    public init(
        database: ConnectionConfiguration, listen: ListenAddress, storeDeadline: Duration = .seconds(2),
        waitMax: Duration = .seconds(86_400), resendsMax: Int32 = 3, providerTimeZone: String = "Asia/Shanghai",
        alertKey: AlertKey? = nil, webhookPolicy: DestinationPolicy = DestinationPolicy(),
        provider: String = "nxtele", connectionsMax: Int = 4096, idleTimeout: Duration = .seconds(60),
        bodyTimeMax: Duration = .seconds(20), poolCapacity: Int = 4, listPoolCapacity: Int = 2,
        groupSendsMax: Int = 256, pendingSendsMax: Int = 5000, pendingBytesMax: Int = 32 << 20,
        untakenBytesMax: Int = 128 << 20
    ) {
        self.database = database
        self.listen = listen
        self.storeDeadline = storeDeadline
        self.waitMax = waitMax
        self.resendsMax = resendsMax
        self.providerTimeZone = providerTimeZone
        self.alertKey = alertKey
        self.webhookPolicy = webhookPolicy
        self.provider = provider
        self.connectionsMax = connectionsMax
        self.idleTimeout = idleTimeout
        self.bodyTimeMax = bodyTimeMax
        self.poolCapacity = poolCapacity
        self.listPoolCapacity = listPoolCapacity
        self.groupSendsMax = groupSendsMax
        self.pendingSendsMax = pendingSendsMax
        self.pendingBytesMax = pendingBytesMax
        self.untakenBytesMax = untakenBytesMax
    }
}
