import Foundation
import PostgresClient
import Store
import TestSupport
import Testing

@testable import Operations

/// The project's own `sql/`.
struct MigrateSchemaTests {
    private static let folder = SQLFolder(path: "\(TestEnvironment.root)/sql")

    /// Everything that a schema is made of, one line each, with its privileges and its comment.
    private static let inventory = """
        SELECT 'relation', c.oid::regclass::text, c.relkind::text, c.relacl::text, obj_description(c.oid, 'pg_class'),
               pg_get_viewdef(c.oid)
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('ops', 'inbox', 'queue', 'outbox', 'sms_log', 'billing', 'alert', 'monitor')
          AND c.relname !~ '^webhook_[0-9]{8}'  -- days come and go: maintenance makes them when it can
        UNION ALL
        SELECT 'column', a.attrelid::regclass || '.' || a.attname, format_type(a.atttypid, a.atttypmod),
               a.attacl::text, col_description(a.attrelid, a.attnum), pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute AS a
        JOIN pg_class AS c ON c.oid = a.attrelid
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE n.nspname IN ('ops', 'inbox', 'queue', 'outbox', 'sms_log', 'billing', 'alert', 'monitor') AND a.attnum > 0
          AND c.relname !~ '^webhook_[0-9]{8}'
        UNION ALL
        SELECT 'function', p.oid::regprocedure::text, md5(pg_get_functiondef(p.oid)), p.proacl::text,
               obj_description(p.oid, 'pg_proc'), NULL
        FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
        WHERE n.nspname IN ('ops', 'inbox', 'queue', 'outbox', 'sms_log', 'billing', 'alert', 'monitor')
        UNION ALL
        SELECT 'constraint', k.conrelid::regclass || '.' || k.conname, pg_get_constraintdef(k.oid), NULL, NULL, NULL
        FROM pg_constraint AS k JOIN pg_namespace AS n ON n.oid = k.connamespace
        WHERE n.nspname IN ('ops', 'inbox', 'queue', 'outbox', 'sms_log', 'billing', 'alert', 'monitor')
          AND k.conrelid::regclass::text !~ 'webhook_[0-9]{8}'
        ORDER BY 1, 2
        """

    @Test func `several migrators at once make the schema that psql makes, and psql's is adopted whole`() async throws {
        let files = try Self.folder.read()
        let ours = try await withTestDatabase(migrated: false) { database in
            let configuration = ConnectionConfiguration(connectionString: database.url)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 { group.addTask { _ = try await Migrator(configuration, folder: files).run { _ in } } }
                try await group.waitForAll()
            }
            return try await database.sql(Self.inventory)
        }
        #expect(ours.count > 100)

        try await withTestDatabase(migrated: false) { database in
            let paths = files.migrations.map(\.path) + files.repeatables.map(\.path)
            try await applyByPsql(database.url, paths.map { "\(Self.folder.path)/\($0)" })
            let theirs = try await database.sql(Self.inventory)
            #expect(Set(theirs).symmetricDifference(ours).sorted() == [])
            #expect(theirs.count == ours.count)
            let migrator = Migrator(ConnectionConfiguration(connectionString: database.url), folder: files)
            let done = try await migrator.run { _ in }
            #expect(done.prefix(files.migrations.count).map(\.path) == files.migrations.map(\.path))
            #expect(try await database.sql("SELECT count(*) FROM ops.migration WHERE checksum IS NULL") == ["0"])
            #expect(try await database.sql(Self.inventory) == ours)
            #expect(try await migrator.plan().isEmpty)
        }
    }

    @Test(arguments: [false, true])
    func `the schema is the same where backslashes in texts have a meaning`(byPsql: Bool) async throws {
        let files = try Self.folder.read()
        let usual = try await withTestDatabase { database in try await database.sql(Self.inventory) }
        try await withTestDatabase(migrated: false) { database in
            try await database.sql("ALTER DATABASE \(database.name) SET standard_conforming_strings = off")
            if byPsql {
                // As sql/README.md says it.
                let url = "\(database.url) options='-c standard_conforming_strings=on'"
                let paths = files.migrations.map(\.path) + files.repeatables.map(\.path)
                try await applyByPsql(url, paths.map { "\(Self.folder.path)/\($0)" })
            } else {
                _ = try await Migrator(ConnectionConfiguration(connectionString: database.url), folder: files).run {
                    _ in
                }
            }
            try await database.sql("ALTER DATABASE \(database.name) RESET standard_conforming_strings")
            let made = try await database.sql(Self.inventory)
            #expect(Set(made).symmetricDifference(usual).sorted() == [])
        }
    }
}
