/// Opens once all of several things have happened, or when it is opened by force.
final class AnswerGate {
    private var missing: Int
    private var open: (() -> Void)?

    /// - Parameter missing: how many times ``pass()`` must be called.
    init(missing: Int, open: @escaping () -> Void) {
        self.missing = missing
        self.open = open
    }

    /// One of the things has happened.
    func pass() {
        missing -= 1
        if missing <= 0 { force() }
    }

    /// Opens now; nothing if it is open.
    func force() {
        let action = open
        open = nil
        action?()
    }
}
