import Foundation
import TestSupport
import Testing

@Suite struct HorizonViewTests {
    @Test func `the dead rows of every schema that has tables are counted, and listed by the operator's query`()
        async throws
    {
        let query = try String(
            contentsOfFile: "\(TestEnvironment.root)/sql/ops/who_holds_the_horizon.sql", encoding: .utf8)
        try await withTestDatabase { database in
            let view = try await database.sql("SELECT pg_get_viewdef('monitor.horizon')").joined()
            let schemas = try await database.sql(
                """
                SELECT DISTINCT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
                """)
            #expect(schemas.count >= 7)
            for schema in schemas {
                #expect(view.contains("'\(schema)'") && query.contains("'\(schema)'"), "\(schema)")
            }
        }
    }
}
