import Operations
import PostgresClient

/// Makes an empty database what a deployed one is. Each test's database is a copy of the one database this has run on.
///
/// By the migrator itself; that plain `psql -f` makes the same of it is a test of its own (MigrateSchemaTests).
func migrateTemplate(url: String) async throws {
    let files = try SQLFolder(path: "\(TestEnvironment.root)/sql").read()
    let configuration = ConnectionConfiguration(connectionString: url, applicationName: "postroom tests")
    _ = try await Migrator(configuration, folder: files).run { _ in }
}
