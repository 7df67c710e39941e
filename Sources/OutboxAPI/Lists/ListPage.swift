import Hummingbird

/// A page of a list, and where the next one begins.
struct ListPage<Row> {
    let rows: ArraySlice<Row>
    /// The cursor of the next page; nil on the last one.
    let next: String?

    /// The answer: the rows under a name. `rowBytes` is what a row takes, about.
    func response(
        _ name: StaticString, rowBytes: Int, _ write: (inout JSONWriter, Row) -> Void
    ) -> Response {
        Response(status: .ok, capacity: rowBytes * (rows.count + 1)) {
            $0.object {
                $0.array(name) { for row in rows { write(&$0, row) } }
                $0.member("nextCursor", next)
            }
        }
    }
}

extension ListPage {
    /// The first `limit` of rows of which one more was asked for: where it is there, another page follows.
    init(_ found: [Row], limit: Int, cursor: (Row) -> String) {
        let rows = found.prefix(limit)
        self.init(rows: rows, next: found.count > limit ? rows.last.map(cursor) : nil)
    }
}
