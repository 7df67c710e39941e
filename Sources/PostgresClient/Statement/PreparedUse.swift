/// How often a statement has been run as it was prepared.
///
/// It is prepared anew, under another name, after 10 uses, 100, 1 000 and so on: the server keeps a plan until it learns
/// better of a table, which for one that was empty a moment ago takes it a minute or more. So no plan is older than nine
/// tenths of its uses, and there are but few. The old ones stay: not every pooler lets a client drop one by name.
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
