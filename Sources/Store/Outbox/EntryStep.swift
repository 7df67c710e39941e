import Domain
import PostgresClient

/// A step of a list of entries: what was found among those it walked over.
package struct EntryStep: Sendable, Equatable {
    /// How far a step came.
    package enum Reach: Sendable, Equatable {
        /// As many were found as were wanted.
        case wanted
        /// As many were walked over as it may: the last of them.
        case entry(EntryID)
        /// There are no more.
        case end
    }

    /// Those that the filter lets through, newest first.
    package var found: [EntryRecord]
    /// How far it came.
    package var reach: Reach

    package init(found: [EntryRecord], reach: Reach) {
        self.found = found
        self.reach = reach
    }
}

extension EntryStep {
    /// Reads the rows of a walk.
    init(_ rows: Rows, wanted: Int64) throws(PostgresError) {
        self.init(found: [], reach: Int64(rows.count) < wanted ? .end : .wanted)
        try rows.forEach { row throws(PostgresError) in
            let entry = try EntryRecord(&row)
            if try row.bool() { found.append(entry) }
            if try row.bool() { reach = .entry(entry.id) }
        }
    }
}
