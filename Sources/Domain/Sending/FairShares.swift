/// How much of each sharer's work to claim next: sends of accounts (DESIGN, section 5, "Sending controls"), and in the
/// same way deliveries to endpoints.
///
/// Round robin in the order given. If `free` does not divide evenly, the first ones get one more, so the caller begins
/// each time with another one. No sharer gets more than half of `callsMax` (at least 1) in flight while another one is
/// left waiting; it may take what nobody else waits for.
///
/// - Parameters:
///   - loads: each sharer once.
///   - free: how many calls may be begun now; the shares' sum is at most this.
///   - callsMax: how many calls the worker makes at a time.
///   - keptForOthers: how much of `free` somebody may need who is not among the loads: nobody gets more than half of
///     `callsMax` by it. `Int.max`: nobody gets more than half at all.
/// - Returns: those with a share of at least 1, in the order given.
/// - Complexity: O(n²), n the number of loads; whatever the figures.
package func fairShares(
    _ loads: [SharerLoad], free: Int, callsMax: Int, keptForOthers: Int = 0
) -> [(sharer: String, count: Int)] {
    let callsMaxPerSharer = max(1, callsMax / 2)
    let waiting = loads.map { max(0, $0.waiting) }
    var left = max(0, free)
    var shares = zip(loads, waiting).map { load, waiting in
        (count: 0, room: min(waiting, max(0, callsMaxPerSharer - max(0, load.inFlight))))
    }

    // Each turn but the last serves at least one sharer in full, so there are at most n + 1.
    var open = shares.indices.filter { shares[$0].room > 0 }
    while left > 0, !open.isEmpty {
        let smallest = open.map { shares[$0].room }.min() ?? 0
        let turns = min(smallest, max(1, left / open.count))
        for index in open.prefix(left / turns) {
            shares[index].count += turns
            shares[index].room -= turns
            left -= turns
        }
        open.removeAll { shares[$0].room == 0 }
    }

    let unserved = shares.indices.filter { shares[$0].count < waiting[$0] }
    if let alone = unserved.first, unserved.count == 1 {
        shares[alone].count += min(max(0, left - keptForOthers), waiting[alone] - shares[alone].count)
    }
    return zip(loads, shares).filter { $0.1.count > 0 }.map { ($0.0.sharer, $0.1.count) }
}
