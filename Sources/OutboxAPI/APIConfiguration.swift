import Alerting
import PostgresClient
import Runtime

/// What an API process needs to know.
struct APIConfiguration: Sendable {
    /// Where Postgres is.
    var database: ConnectionConfiguration
    /// Where requests come in.
    var listen: ListenAddress
    /// How long a request may wait for its commit.
    var storeDeadline: Duration
    /// How long a message without a validity may wait to be sent.
    var waitMax: Duration
    /// Resends of one entry, where the account says nothing.
    var resendsMax: Int32
    /// The zone of the provider's local times, by a name Postgres knows.
    var providerTimeZone: String
    /// What the signing secrets of endpoints are derived from; nil: there are none.
    var alertKey: AlertKey?
    /// Which URLs endpoints may have.
    var webhookPolicy: DestinationPolicy

    /// Connections at a time; further ones wait.
    var connectionsMax = 4096
    /// A connection on which nothing moves is closed after this time.
    var idleTimeout = Duration.seconds(60)
    /// How long a body may take to come.
    var bodyTimeMax = Duration.seconds(20)
    /// Bytes of large answers that clients have not taken yet at most; a list beyond them is refused. A quarter of what
    /// the unit in deploy/systemd lets a process have.
    var untakenBytesMax = 128 << 20

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
}
