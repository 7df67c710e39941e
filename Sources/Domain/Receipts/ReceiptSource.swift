/// How a receipt came to us.
package enum ReceiptSource: String, Sendable, CaseIterable {
    /// The provider sent it.
    case webhook
    /// We asked for the provider's record.
    case query
}
