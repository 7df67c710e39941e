/// Whether a claim asks first if any send is due before it looks at all accounts again, and from where on. Pure: time
/// comes in.
///
/// Looking at the accounts costs the more the more of them have anything queued, also where all of that waits for
/// tomorrow. So once all were looked at, and nothing was found or it took several looks, they are looked at again only
/// when something is due. While there is work and one look shows all accounts nothing is asked.
///
/// From the true start, as long as that is quick. Under a held snapshot all that has died since is in the way there,
/// and a slow probe earns a rest, as a slow sweep of ``SendFloors`` does; until it is over probes begin where the last
/// one found the first that was due. What came below meanwhile is hidden for as long, and no longer for both: the rests
/// of sweeps pass at the same time.
struct DueProbe: Sendable {
    /// Whether the next round of looks is begun only if something is due; so begins a worker, which knows of no work.
    private(set) var isWanted = true
    /// Nothing was due before, by the last probe; nil: none has succeeded yet.
    private var dueFrom: Int64?
    /// When one may begin at the true start again; nil: at once.
    private var nextFromStart: ContinuousClock.Instant?

    /// Takes in whether all were looked at and nothing was found, and whether a claim ended a round of several looks.
    mutating func claimed(nothing: Bool, endsRound: Bool) { isWanted = nothing || endsRound }

    /// Where a probe begins, for ``ReadFirstDue``; nil: there is none, as the start is too far, and nothing is known.
    func begin(now: ContinuousClock.Instant) -> Int64? {
        nextFromStart.map { now >= $0 } ?? true ? .min : dueFrom
    }

    /// Takes in how a probe ended that began at `from`: where the first was due, or nil where it failed.
    mutating func ended(from: Int64, at found: Int64?, took: Duration, now: ContinuousClock.Instant) {
        if let found { dueFrom = found }
        guard from == .min else { return }
        let isQuick = found != nil && took <= SendFloors.quick
        nextFromStart = isQuick ? nil : now.advanced(by: min(took * SendFloors.restFactor, SendFloors.restMax))
    }
}
