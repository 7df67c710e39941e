import PostgresClient
import Store
import TestSupport
import Testing

/// Words of closed sets, of which a table may have one that this version does not know.
@Suite struct WordTests {
    private static let setUp = """
        ALTER TABLE billing.account
            DROP CONSTRAINT account_kind_known, DROP CONSTRAINT account_unclear_policy_known;
        INSERT INTO billing.account (name, kind, currency, unclear_policy) VALUES
            ('before', 'prepaid', 'EUR', NULL), ('after', 'postpaid', 'EUR', 'retry'), ('barter', 'barter', 'EUR', NULL),
            ('hope', 'prepaid', 'EUR', 'hope');
        """

    @Test func `those that are known are read, and others are an error that names the statement and the column`()
        async throws
    {
        try await withTestDatabase { database in
            try await database.sql(Self.setUp)
            let session = Session(database.url(user: "postroom_operator"))
            let before = try await session.run(ListAccounts(name: "before", limit: 1)).first
            #expect(before?.kind == .prepaid && before?.unclearPolicy == nil)
            let after = try await session.run(ListAccounts(name: "after", limit: 1)).first
            #expect(after?.kind == .postpaid && after?.unclearPolicy == .retry)
            for (name, problem) in [("barter", "column 1 is no AccountKind"), ("hope", "column 5 is no UnclearPolicy")]
            {
                let error = await #expect(throws: PostgresError.self) {
                    try await session.run(ListAccounts(name: name, limit: 1))
                }
                #expect(error?.reason == .unexpectedResult && error?.statement == "ListAccounts")
                #expect(error?.serverMessage == problem)
            }
            await session.close()
        }
    }
}
