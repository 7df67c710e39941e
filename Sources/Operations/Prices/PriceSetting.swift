import PostgresClient
import Store

/// What became of prices that were to be set.
enum PriceSetting: Sendable {
    /// They hold; those that are new.
    case set([PriceRow])
    /// Nothing was set: there are others from the same moments on.
    case conflicts([PriceConflict])
}

extension OperatorSession {
    /// Sets all of these prices, or none.
    func set(_ prices: [NewPrice]) async throws -> PriceSetting {
        do {
            return try await transaction { connection, deadline in
                let new = try connection.run(SetPrices(prices), deadline: deadline)
                let conflicts = try connection.run(FindPriceConflicts(prices), deadline: deadline)
                guard conflicts.isEmpty else { throw PriceRefusal(conflicts: conflicts) }
                return .set(new)
            }
        } catch let refusal as PriceRefusal {
            return .conflicts(refusal.conflicts)
        }
    }
}

extension PriceConflict {
    /// For a person.
    var sentence: String {
        "Nothing was set: from \(existing.validFrom) on a part to +\(existing.prefix) costs "
            + "\(existing.costPerUnit.decimalText) \(existing.currency), and prices are not changed afterwards. Set one "
            + "that holds from a later moment on."
    }
}

/// Ends the transaction without its effect.
private struct PriceRefusal: Error {
    let conflicts: [PriceConflict]
}
