import CoreMetrics
import Synchronization

/// One line, or for a histogram one block of lines, of the metrics page.
protocol Series: AnyObject, Sendable {
    /// The type as Prometheus names it.
    static var typeName: String { get }
    /// Writes the series' lines.
    func render(_ name: String, _ labels: String, into text: inout PrometheusText)
}

/// A number that only grows.
final class CounterSeries: Series, CounterHandler {
    static let typeName = "counter"
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { value.store(0, ordering: .relaxed) }

    func render(_ name: String, _ labels: String, into text: inout PrometheusText) {
        text.line(name, labels, "\(value.load(ordering: .relaxed))")
    }
}

/// A number that only grows, by fractions.
final class FloatingPointCounterSeries: Series, FloatingPointCounterHandler {
    static let typeName = "counter"
    private let value = AtomicDouble()

    func increment(by amount: Double) { value.add(amount) }

    func reset() { value.store(0) }

    func render(_ name: String, _ labels: String, into text: inout PrometheusText) {
        text.line(name, labels, PrometheusText.number(value.value))
    }
}

/// A number that goes up and down: the last that was set or recorded.
final class GaugeSeries: Series, MeterHandler, RecorderHandler {
    static let typeName = "gauge"
    private let value = AtomicDouble()

    func set(_ value: Int64) { self.value.store(Double(value)) }

    func set(_ value: Double) { self.value.store(value) }

    func increment(by amount: Double) { value.add(amount) }

    func decrement(by amount: Double) { value.add(-amount) }

    func record(_ value: Int64) { set(value) }

    func record(_ value: Double) { set(value) }

    func render(_ name: String, _ labels: String, into text: inout PrometheusText) {
        text.line(name, labels, PrometheusText.number(value.value))
    }
}

/// Recorded numbers, summed and counted, so that their mean over any time can be told.
final class SummarySeries: Series, RecorderHandler {
    static let typeName = "summary"
    private let sum = AtomicDouble()
    private let count = Atomic<Int64>(0)

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        sum.add(value)
        count.wrappingAdd(1, ordering: .relaxed)
    }

    func render(_ name: String, _ labels: String, into text: inout PrometheusText) {
        text.line(name + "_sum", labels, PrometheusText.number(sum.value))
        text.line(name + "_count", labels, "\(count.load(ordering: .relaxed))")
    }
}
