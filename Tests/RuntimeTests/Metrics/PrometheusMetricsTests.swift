import CoreMetrics
import Testing

@testable import Runtime

@Suite struct PrometheusMetricsTests {
    private let metrics = PrometheusMetrics()

    @Test func `the page is Prometheus text in a stable order`() {
        Counter(label: "b_total", dimensions: [("z", "1"), ("a", "x\"\\\ny")], factory: metrics).increment(by: 3)
        Counter(label: "b_total", dimensions: [("a", "A")], factory: metrics).increment()
        Meter(label: "c.gauge", factory: metrics).set(-1.5)
        FloatingPointCounter(label: "d_total", factory: metrics).increment(by: 0.25)
        let batch = Recorder(label: "e_rows", dimensions: [("9-k", "v")], factory: metrics)
        batch.record(4)
        batch.record(Double(6.5))
        Gauge(label: "f", factory: metrics).record(7)
        let timer = CoreMetrics.Timer(label: "a_flush", factory: metrics)
        timer.recordNanoseconds(500_000)
        timer.recordNanoseconds(500_001)
        timer.recordMilliseconds(61_000)
        #expect(
            metrics.render() == """
                # TYPE a_flush_seconds histogram
                a_flush_seconds_bucket{le="0.0005"} 1
                a_flush_seconds_bucket{le="0.001"} 2
                a_flush_seconds_bucket{le="0.0025"} 2
                a_flush_seconds_bucket{le="0.005"} 2
                a_flush_seconds_bucket{le="0.01"} 2
                a_flush_seconds_bucket{le="0.025"} 2
                a_flush_seconds_bucket{le="0.05"} 2
                a_flush_seconds_bucket{le="0.1"} 2
                a_flush_seconds_bucket{le="0.25"} 2
                a_flush_seconds_bucket{le="0.5"} 2
                a_flush_seconds_bucket{le="1"} 2
                a_flush_seconds_bucket{le="2.5"} 2
                a_flush_seconds_bucket{le="5"} 2
                a_flush_seconds_bucket{le="10"} 2
                a_flush_seconds_bucket{le="15"} 2
                a_flush_seconds_bucket{le="30"} 2
                a_flush_seconds_bucket{le="45"} 2
                a_flush_seconds_bucket{le="60"} 2
                a_flush_seconds_bucket{le="+Inf"} 3
                a_flush_seconds_sum 61.001000001
                a_flush_seconds_count 3
                # TYPE b_total counter
                b_total{a="A"} 1
                b_total{a="x\\"\\\\\\ny",z="1"} 3
                # TYPE c_gauge gauge
                c_gauge -1.5
                # TYPE d_total counter
                d_total 0.25
                # TYPE e_rows summary
                e_rows_sum{__k="v"} 10.5
                e_rows_count{__k="v"} 2
                # TYPE f gauge
                f 7
                # TYPE postroom_metrics_refused_total counter
                postroom_metrics_refused_total 0

                """)
    }

    @Test func `the same name and labels are the same series, in any order of labels`() {
        Counter(label: "a", dimensions: [("x", "1"), ("y", "2")], factory: metrics).increment()
        Counter(label: "a", dimensions: [("y", "2"), ("x", "1")], factory: metrics).increment()
        #expect(metrics.render().contains("a{x=\"1\",y=\"2\"} 2\n"))
    }

    @Test func `a name keeps its first type`() {
        Counter(label: "a", factory: metrics).increment()
        Meter(label: "a", factory: metrics).set(5)
        Meter(label: "a", dimensions: [("x", "1")], factory: metrics).set(5)
        FloatingPointCounter(label: "a", factory: metrics).increment(by: 0.5)
        let page = metrics.render()
        #expect(page.contains("a 1\n") && !page.contains("5"))
        #expect(page.contains("postroom_metrics_refused_total 3\n"))
    }

    @Test func `the number of series is bounded, and what is refused is counted`() {
        for number in 0..<(PrometheusMetrics.seriesMax + 3) {
            Counter(label: "a", dimensions: [("n", "\(number)")], factory: metrics).increment()
        }
        Counter(label: "a", dimensions: [("n", "0")], factory: metrics).increment()
        let page = metrics.render()
        #expect(page.split(separator: "\n").filter { $0.hasPrefix("a{") }.count == PrometheusMetrics.seriesMax)
        #expect(page.contains("a{n=\"0\"} 2\n"))
        #expect(page.contains("postroom_metrics_refused_total 3\n"))
    }

    @Test func `nothing is lost when many tasks count`() async {
        let counter = Counter(label: "a", factory: metrics)
        let meter = Meter(label: "m", factory: metrics)
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<4 {
                tasks.addTask {
                    for _ in 0..<200_000 {
                        counter.increment()
                        meter.increment(by: 1)
                    }
                }
            }
        }
        #expect(metrics.render().contains("a 800000\n"))
        #expect(metrics.render().contains("m 800000\n"))
    }

    @Test(arguments: [
        (0.0, "0"), (-0.5, "-0.5"), (1e21, "1e+21"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        (123_456, "123456"),
    ])
    func `numbers are written as the format has them`(value: Double, expected: String) {
        #expect(PrometheusText.number(value) == expected)
    }
}
