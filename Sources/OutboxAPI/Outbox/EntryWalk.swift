import Domain
import Store

/// How much of the outbox a list may look at.
struct WalkBounds: Sendable {
    /// Entries in the first step.
    var entriesMin = 2_000
    /// Entries in a step at most.
    var entriesMax = 32_000
    /// Steps get longer until they take about this time: what is in memory is walked ten to a hundred times as fast as
    /// what is not, and no step holds a connection for longer.
    var stepTime = Duration.milliseconds(100)
    /// How long the index of tags may be searched for the entries of all accounts with a tag.
    var tagTimeMax = Duration.milliseconds(250)
    /// No further step begins after this time.
    var timeMax: Duration
}

/// A page of a list of entries, as far as it is walked. Pure.
struct EntryWalk {
    /// Entries on the page at most.
    let limit: Int
    private let bounds: WalkBounds
    private let end: ContinuousClock.Instant
    private var found: [EntryRecord] = []
    private var isOver = false
    /// How many the next step may walk over.
    private(set) var entriesMax: Int
    /// The last entry that was walked over, or the one before the page: the next step begins after it.
    private(set) var place: EntryID?
    /// Whether a step was taken: where the page ends now, the next one begins further on.
    private(set) var hasMoved = false

    /// Begins after an entry; nil: with the newest.
    init(behind place: EntryID?, limit: Int, bounds: WalkBounds, at start: ContinuousClock.Instant) {
        self.place = place
        self.limit = limit
        self.bounds = bounds
        end = start.advanced(by: bounds.timeMax)
        entriesMax = bounds.entriesMin
    }

    /// How many are still to be found: one more than the page takes tells that there is another page.
    var wanted: Int { limit + 1 - found.count }

    /// Whether the page is what it will be. A step is taken in any case, so that every page gets further.
    func isDone(at now: ContinuousClock.Instant) -> Bool { isOver || wanted <= 0 || hasMoved && now >= end }

    /// Takes a step that began at ``place``.
    mutating func take(_ step: EntryStep, took time: Duration) {
        found += step.found
        switch step.reach {
        case .wanted: break
        case .entry(let id): place = id
        case .end: isOver = true
        }
        hasMoved = true
        if time < bounds.stepTime / 2 {
            entriesMax = min(entriesMax * 2, bounds.entriesMax)
        } else if time > bounds.stepTime {
            entriesMax = max(entriesMax / 2, bounds.entriesMin)
        }
    }

    /// Takes all that comes after ``place``, or as many as are wanted.
    mutating func take(all entries: [EntryRecord]) {
        found += entries
        isOver = true
    }

    /// The page, and the entry after which the next one begins; nil where there is no next one.
    var page: (entries: ArraySlice<EntryRecord>, next: EntryID?) {
        let entries = found.prefix(limit)
        return (entries, found.count > limit ? entries.last?.id : isOver ? nil : place)
    }
}
