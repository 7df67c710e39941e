import Domain
import PostgresClient

extension Numeric {
    /// The same amount.
    package init(_ amount: Amount) { self.init(coefficient: amount.coefficient, scale: amount.scale) }
}
