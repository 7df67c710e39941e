/// How often a statement has been run as it was prepared.
///
/// It is prepared anew, under another name, after 10 uses, 100, 1 000 and so on. The server keeps a plan until it has
/// new statistics for a table, which takes a minute or more for a table that was empty a moment ago. So no plan is used
/// for more than nine tenths of all uses, and there are only a few plans. The old ones stay, because not every pooler
/// lets a client drop one by name.
struct PreparedUse {
    /// The last time that it is prepared anew.
    static let renewalUsesMax = 1_000_000

    /// What the server knows it by.
    private(set) var name: String
    /// Uses so far.
    var count = 0
    private var renewal = 0

    private let firstName: String

    /// A statement that has not been prepared.
    init(name: String) {
        self.name = name
        firstName = name
    }

    /// The name by which it is to be prepared before the next use; nil where it is.
    var nextToPrepare: String? {
        if renewal == 0 { return firstName }
        return count >= renewal && renewal <= Self.renewalUsesMax ? "\(firstName)_\(renewal)" : nil
    }

    /// Notes that it has been prepared.
    mutating func isPrepared(as name: String) {
        self.name = name
        renewal = renewal == 0 ? 10 : renewal * 10
    }
}
