import Domain
import Hummingbird
import PostgresClient
import Store

/// The fields of a top-up.
struct TopUpFields: Sendable {
    /// Below ``PostTopUp/amountMax``, whatever the digits.
    static let wholeDigitsMax = 9
    static let fractionDigitsMax = 6

    let amount = Field(
        "amount", AmountRule(wholeDigitsMax: Self.wholeDigitsMax, fractionDigitsMax: Self.fractionDigitsMax))
    let reference = Field("reference", SendFields.key)

    /// - Throws: ``Problem`` with every field that is wrong.
    func read(_ members: [JSONValue.Member]) throws(Problem) -> (amount: Amount, reference: String?) {
        var reader = FieldReader(members)
        let amount = reader.required(self.amount)
        let reference = reader.optional(self.reference)
        reader.finish()
        guard reader.problems.isEmpty, let amount else { throw Problem.fields(reader.problems) }
        return (amount, reference)
    }
}

/// The routes of `/api/sms/balance`.
struct BalanceHandler: Sendable {
    let transactions: RequestTransactions
    let fields = TopUpFields()

    func balance(_ principal: Principal) async throws -> Response {
        let (accounts, _) = try await transactions.read(ReadAccounts([principal.account]))
        guard let account = accounts.first else { throw Problem.internalError }
        return Response(status: .ok) { writer in writer.object { $0.members(account) } }
    }

    func topUp(_ members: [JSONValue.Member], _ principal: Principal) async throws -> Response {
        let (amount, given) = try fields.read(members)
        // A reference of our own where none was given, so that a commit in doubt can be looked for.
        let reference = given ?? "request:\(UInt64.random(in: 0 ... .max)):\(UInt64.random(in: 0 ... .max))"
        let (account, isNew) = try await transactions.run { connection, deadline, isInDoubt in
            try connection.run(LockAccounts([principal.account]), deadline: deadline)
            let outcome = try connection.run(
                PostTopUp(account: principal.account, amount: amount, reference: reference), deadline: deadline)
            let isNew: Bool
            switch outcome {
            case .posted: isNew = true
            // By the first try of this very request, perhaps.
            case .postedBefore: isNew = isInDoubt
            case .referenceTaken: throw Problem(.referenceConflict, "Give every top-up a reference of its own.")
            case .unknownAccount: throw Problem.internalError
            }
            let (accounts, _) = try connection.run(ReadAccounts([principal.account]), deadline: deadline)
            guard let account = accounts.first else { throw Problem.internalError }
            return (account, isNew)
        }
        return Response(status: isNew ? .created : .ok) { writer in
            writer.object {
                $0.member("status", "success")
                $0.member("message", isNew ? "Topped up." : "Topped up earlier with this reference.")
                $0.members(account)
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func members(_ account: AccountStanding) {
        member("account", account.name)
        member("kind", account.isPrepaid ? "prepaid" : "postpaid")
        member("currency", account.currency)
        member("balance", account.balance)
    }
}
