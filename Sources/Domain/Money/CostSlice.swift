/// The ten minutes in which entries were to be sent, accepted or scheduled: the unit by which reports of costs and
/// deliveries are computed.
package struct CostSlice: Hashable, Comparable, Sendable {
    /// How long a slice is.
    package static let length = Duration.seconds(600)
    /// From this age on a slice is not computed again by itself within the next hour: evidence about it is noted.
    ///
    /// `billing.fold_slice` computes slices younger than 2 h 10 min in any case; the hour between is for clocks that
    /// differ.
    package static let notedAfter = Duration.seconds(3_600)

    /// Its first moment.
    package let start: Timestamp

    /// The slice that a moment is in.
    package init(containing moment: Timestamp) {
        let length = Self.length.wholeMicroseconds
        start = Timestamp(microseconds: floorDivide(moment.microseconds, length).quotient * length)
    }

    /// The slices of these moments that a note is needed for, ascending.
    package static func noted(of moments: some Sequence<Timestamp>, now: Timestamp) -> [CostSlice] {
        // Most evidence is young: that costs a comparison and no more.
        let youngest = now - notedAfter
        var slices: Set<CostSlice> = []
        for moment in moments where moment < youngest { slices.insert(CostSlice(containing: moment)) }
        return slices.sorted()
    }

    /// Order of time.
    package static func < (left: Self, right: Self) -> Bool { left.start < right.start }
}
