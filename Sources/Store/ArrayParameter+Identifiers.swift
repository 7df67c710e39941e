import Domain
import PostgresClient

extension ArrayParameter {
    /// Ids as a uuid array.
    init<Kind>(_ ids: some Sequence<Identifier<Kind>>) {
        self.init(.uuid)
        for id in ids { append(uuid: id.rawValue) }
    }
}
