import Testing

@testable import Runtime

@Suite struct PeriodicScheduleTests {
    @Test(arguments: [(0, 10), (1, 20), (2, 40), (3, 60), (1_000_000_000, 60)])
    func `failures double the time up to the longest`(failures: Int, seconds: Int) {
        let schedule = PeriodicSchedule(interval: .seconds(10), runTimeMax: .seconds(1), backoffMax: .seconds(60))
        #expect(schedule.delay(afterFailures: failures, jitter: 0.5) == .seconds(seconds))
    }

    @Test(arguments: [(0.0, 900), (0.5, 1_000), (0.75, 1_050)])
    func `jitter spreads the time around the interval`(jitter: Double, milliseconds: Int) {
        let schedule = PeriodicSchedule(interval: .seconds(1), spread: 0.2, runTimeMax: .seconds(1))
        #expect(schedule.delay(afterFailures: 0, jitter: jitter) == .milliseconds(milliseconds))
    }

    @Test func `the longest time is never below the interval`() {
        let schedule = PeriodicSchedule(interval: .seconds(9), runTimeMax: .seconds(1), backoffMax: .seconds(1))
        #expect(schedule.delay(afterFailures: 5, jitter: 0.5) == .seconds(9))
    }
}
