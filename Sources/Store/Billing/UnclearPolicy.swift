/// What becomes of an attempt whose outcome stays unknown.
package enum UnclearPolicy: String, Sendable, CaseIterable {
    /// Its entry is failed.
    case fail
    /// It is sent again, at the risk of a second SMS.
    case retry
}
