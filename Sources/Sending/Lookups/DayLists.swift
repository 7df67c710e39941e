import Domain

/// Where to go on reading lists of days, and when: a list may be long, and asking for it is what providers limit most.
struct DayLists: Sendable {
    /// Pages of one pass at most.
    static let pagesMax = 10
    /// Between two passes that read lists.
    static let intervalMin = Duration.seconds(60)
    /// The longest wait after being told that it was too often.
    static let intervalMax = Duration.seconds(3_600)

    private var notBefore: ContinuousClock.Instant?
    private var interval = DayLists.intervalMin
    private var nextPages: [CivilDate: Int] = [:]

    /// Whether lists may be read now; if so, this is the last time they were.
    mutating func begin(now: ContinuousClock.Instant) -> Bool {
        if let notBefore, now < notBefore { return false }
        notBefore = now.advanced(by: interval)
        return true
    }

    /// The page of a day to read next, from 1 on.
    func page(of day: CivilDate) -> Int { nextPages[day] ?? 1 }

    /// A page was read: the next time it is the one behind it, or the first again.
    mutating func read(_ page: Int, of day: CivilDate, isLast: Bool) {
        // Days are as many as attempts are looked up for; those of last month no longer matter.
        if nextPages.count > 64 { nextPages = [:] }
        nextPages[day] = isLast ? nil : page + 1
        interval = Self.intervalMin
    }

    /// The provider asks for patience.
    mutating func tooOften(now: ContinuousClock.Instant) {
        interval = min(interval * 2, Self.intervalMax)
        notBefore = now.advanced(by: interval)
    }
}
