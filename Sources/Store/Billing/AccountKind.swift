/// Whether an account pays before or after.
package enum AccountKind: String, Sendable, CaseIterable {
    /// A send that the balance cannot pay is refused.
    case prepaid
    /// No send is refused for the balance's sake.
    case postpaid
}
