import Domain
import Metrics
import Runtime

/// The spool's metrics, of which the writer keeps the first three and ``IntakeHealth`` the next two.
///
/// | name | type |
/// |---|---|
/// | `postroom_ingress_spooled_total` | counter: webhooks written to it |
/// | `postroom_ingress_spool_refused_total` | counter: webhooks it could not take, nor Postgres in time |
/// | `postroom_ingress_spool_failures_total` | counter: failed writes and flushes |
/// | `postroom_ingress_spool_usable`, `postroom_ingress_database_reachable` | gauges: 0 or 1 |
/// | `postroom_ingress_spool_webhooks`, `postroom_ingress_spool_bytes` | gauges: what is in it |
/// | `postroom_ingress_spool_oldest_seconds` | gauge: the age of the oldest in it; 0 where it is empty |
/// | `postroom_ingress_spool_aside_files`, `postroom_ingress_spool_aside_bytes` | gauges: what waits for a person |
/// | `postroom_ingress_spool_drained_total` | counter: its rate is the drain's |
/// | `postroom_ingress_spool_repeated_total` | counter: of those, in Postgres before |
/// | `postroom_ingress_spool_set_aside_total` | counter: refused by Postgres, each for itself |
/// | `postroom_ingress_spool_drain_failures_total` | counter |
struct SpoolMetrics {
    private let webhooks = Gauge(label: "postroom_ingress_spool_webhooks")
    private let bytes = Gauge(label: "postroom_ingress_spool_bytes")
    private let oldest = Gauge(label: "postroom_ingress_spool_oldest_seconds")
    private let filesAside = Gauge(label: "postroom_ingress_spool_aside_files")
    private let bytesAside = Gauge(label: "postroom_ingress_spool_aside_bytes")
    private let drained = Counter(label: "postroom_ingress_spool_drained_total")
    private let repeated = Counter(label: "postroom_ingress_spool_repeated_total")
    private let setAside = Counter(label: "postroom_ingress_spool_set_aside_total")
    private let failures = Counter(label: "postroom_ingress_spool_drain_failures_total")

    func record(_ status: SpoolStatus) {
        webhooks.record(status.webhooks)
        bytes.record(status.bytes)
        let age = status.oldest.map { max(0, Timestamp.now.microseconds - $0.microseconds) } ?? 0
        oldest.record(Double(age) / 1_000_000)
        filesAside.record(status.filesAside)
        bytesAside.record(status.bytesAside)
    }

    func count(drained count: Int, new: Int, refused: Int) {
        drained.increment(by: count)
        repeated.increment(by: count - new)
        setAside.increment(by: refused)
    }

    func countFailure() { failures.increment() }
}
