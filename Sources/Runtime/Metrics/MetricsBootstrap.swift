import CoreMetrics
import Synchronization

private let isMetricsBootstrapped = Mutex(false)

/// Makes every metric of this process land in the given set. The first call decides; swift-metrics allows one.
func bootstrapMetrics(_ metrics: PrometheusMetrics) {
    isMetricsBootstrapped.withLock { isDone in
        guard !isDone else { return }
        isDone = true
        MetricsSystem.bootstrap(metrics)
    }
}
