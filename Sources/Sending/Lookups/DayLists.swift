import Domain
import Providers

/// Which day lists are to be read, from where, and when: a list may be long, and providers limit requests for it most.
///
/// Days are read one after the other in the order in which they were requested, each to the end that it had when it was
/// begun: a day that grows, or is requested again, does not keep the others from their turn. Pure: time comes in.
struct DayLists: Sendable {
    /// Pages of one pass at most.
    static let pagesMax = 10
    /// Between two passes that read lists.
    static let intervalMin = Duration.seconds(60)
    /// The longest wait after being told that it was too often.
    static let intervalMax = Duration.seconds(3_600)
    /// Days that are remembered: more than a provider can be asked about.
    static let daysMax = 64

    /// The reading of one day, page by page.
    private struct Reading {
        let began: ContinuousClock.Instant
        var page = 1
        /// Known once the first page was read.
        var lastPage: Int?
        var isKept = true
    }

    /// How the last reading of a day ended.
    private struct End {
        /// Everything that was listed then is known.
        let began: ContinuousClock.Instant
        /// The provider knows no such day.
        let isInvalid: Bool
    }

    private var notBefore: ContinuousClock.Instant?
    private var interval = DayLists.intervalMin
    private var wanted: [CivilDate] = []
    /// Of the first that is wanted.
    private var reading: Reading?
    private var ends: [CivilDate: End] = [:]

    /// Requests that these days be read, after those requested earlier.
    mutating func want(_ days: [CivilDate]) {
        for day in days where wanted.count < Self.daysMax && !wanted.contains(day) { wanted.append(day) }
    }

    /// Whether there is something to read and lists may be read now; if so, notes this as the last time they were read.
    mutating func begin(now: ContinuousClock.Instant) -> Bool {
        guard !wanted.isEmpty else { return false }
        if let notBefore, now < notBefore { return false }
        notBefore = now.advanced(by: interval)
        return true
    }

    /// The page to read next, from 1 on; nil where nothing is wanted.
    mutating func next(now: ContinuousClock.Instant) -> (day: CivilDate, page: Int)? {
        guard let day = wanted.first else { return nil }
        let current = reading ?? Reading(began: now)
        reading = current
        return (day, current.page)
    }

    /// That page was read.
    ///
    /// - Parameters:
    ///   - pages: how many the day has by now; pages added since the first was read are not waited for. A day with more
    ///     than ``ReplyLimits/dayPagesMax`` counts as not read.
    ///   - isKept: what it shows was written down.
    mutating func took(pages: Int, isKept: Bool) {
        interval = Self.intervalMin
        guard var current = reading else { return }
        let last = current.lastPage ?? pages
        current.lastPage = last
        current.isKept = current.isKept && isKept && last <= ReplyLimits.dayPagesMax
        if current.page < min(last, ReplyLimits.dayPagesMax) {
            current.page += 1
            reading = current
        } else {
            end(current.isKept ? End(began: current.began, isInvalid: false) : nil)
        }
    }

    /// The provider knows no such day, such as one that has not begun where it is.
    mutating func isNoDay() {
        guard let reading else { return }
        end(End(began: reading.began, isInvalid: true))
    }

    /// That day cannot be read now: it does not keep the others from their turn.
    mutating func giveUp() { end(nil) }

    /// The provider asks for patience.
    mutating func tooOften(now: ContinuousClock.Instant) {
        interval = min(interval * 2, Self.intervalMax)
        notBefore = now.advanced(by: interval)
    }

    /// Whether a day and those beside it were read through, from a time on that is not before this one.
    func isRead(around day: CivilDate, since time: ContinuousClock.Instant) -> Bool {
        RecordQueries.days(around: day).allSatisfy { one in
            guard let end = ends[one], end.began >= time else { return false }
            return !end.isInvalid || one != day
        }
    }

    private mutating func end(_ end: End?) {
        guard !wanted.isEmpty else { return }
        let day = wanted.removeFirst()
        reading = nil
        guard let end else { return }
        ends[day] = end
        if ends.count > Self.daysMax, let oldest = ends.keys.min() { ends[oldest] = nil }
    }
}
