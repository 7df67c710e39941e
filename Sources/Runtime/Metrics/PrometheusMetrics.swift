import CoreMetrics
import Synchronization

/// Keeps this process's metrics in memory and writes them as Prometheus text.
///
/// A counter is one atomic addition; making a metric takes a lock, so make it once and keep it. A metric made twice
/// with the same name and labels is the same series. Series live as long as the process; destroying one does nothing.
/// Recorders that aggregate become sum and count, others gauges; timers become histograms in seconds.
final class PrometheusMetrics: MetricsFactory {
    /// The most series that are kept; any beyond it are only counted, by ``refusedSeriesName``.
    static let seriesMax = 2_000
    /// The counter of metrics that were asked for beyond ``seriesMax``, or under a name of another type.
    static let refusedSeriesName = "postroom_metrics_refused_total"

    private struct Family: Sendable {
        var typeName: String
        /// By the labels' text.
        var series: [String: any Series] = [:]
    }

    private struct State: Sendable {
        var families: [String: Family] = [:]
        var count = 0
    }

    private let state = Mutex(State())
    private let refused = CounterSeries()

    /// The page: families by name, series by labels.
    func render() -> String {
        let families = state.withLock { $0.families }
        var text = PrometheusText()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text.family(name, type: family.typeName)
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.render(name, labels, into: &text)
            }
        }
        text.family(Self.refusedSeriesName, type: CounterSeries.typeName)
        refused.render(Self.refusedSeriesName, "", into: &text)
        return text.text
    }

    /// Makes or finds a counter.
    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions) { CounterSeries() }
    }

    /// Makes or finds a counter of fractions.
    func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions) { FloatingPointCounterSeries() }
    }

    /// Makes or finds a gauge.
    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions) { GaugeSeries() }
    }

    /// Makes or finds a sum and count if it aggregates, else a gauge.
    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate { return series(label, dimensions) { SummarySeries() } }
        return series(label, dimensions) { GaugeSeries() }
    }

    /// Makes or finds a histogram; its name gets the ending `_seconds` if it lacks it.
    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label.hasSuffix("_seconds") ? label : label + "_seconds", dimensions) { TimerSeries() }
    }

    /// Does nothing: the series stays.
    func destroyCounter(_ handler: any CounterHandler) {}

    /// Does nothing: the series stays.
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}

    /// Does nothing: the series stays.
    func destroyMeter(_ handler: any MeterHandler) {}

    /// Does nothing: the series stays.
    func destroyRecorder(_ handler: any RecorderHandler) {}

    /// Does nothing: the series stays.
    func destroyTimer(_ handler: any TimerHandler) {}

    /// The series of that name, those labels and that type; one that is not on the page if no more may be made.
    private func series<Kind: Series>(_ label: String, _ dimensions: [(String, String)], _ make: () -> Kind) -> Kind {
        let name = PrometheusText.name(label)
        let labels = PrometheusText.labels(dimensions)
        return state.withLock { state in
            if let found = state.families[name]?.series[labels] as? Kind { return found }
            let series = make()
            var family = state.families[name] ?? Family(typeName: Kind.typeName)
            guard state.count < Self.seriesMax, name != Self.refusedSeriesName,
                family.typeName == Kind.typeName, family.series[labels] == nil
            else {
                refused.increment(by: 1)
                return series
            }
            family.series[labels] = series
            state.families[name] = family
            state.count += 1
            return series
        }
    }
}
