import PostgresClient
import TestSupport
import Testing

@Suite struct `A server that takes no writes` {
    @Test func `is passed by where it is a standby, unless any will do`() async throws {
        try await withPair { folder, primary, standby in
            let url = try await standby.url()
            let failure = try #require(try await openFailure(url))
            #expect(failure.serverMessage == "the server is a standby" && failure.isTransient)
            #expect(failure.description.contains("the server is a standby"))
            #expect(try await openFailure(url + " target_session_attrs=any") == nil)
            #expect(try await openFailure(url + " target_session_attrs=standby") == nil)
            let both = try await TestCluster.url(of: [standby, primary]).split(separator: " ").filter {
                !$0.hasPrefix("target_session_attrs")
            }
            #expect(try await openFailure(both.joined(separator: " ")) == nil)
        }
    }

    @Test func `is found to be the primary by now also behind a PgBouncer that was told otherwise`() async throws {
        try await withPair { folder, primary, standby in
            try await withProcesses { processes in
                let pooler = try TestPooler(processes, folder: folder, poolSize: 2, server: try await standby.url())
                try await pooler.start(database: TestCluster.database)
                let url = pooler.url(database: TestCluster.database)
                #expect(try await openFailure(url)?.serverMessage == "the server is a standby")
                try await standby.promote()
                #expect(try await openFailure(url) == nil)
            }
        }
    }

    @Test func `is left by who tried to write, as another may have its name by now`() async throws {
        try await withConnection { connection in
            try connection.script("CREATE TABLE t (a integer)")
            try connection.script("SET default_transaction_read_only = on")
            let error = try failure {
                try connection.transaction(deadline: .far) { try $0.run(Insert(1), deadline: .far) }
            }
            #expect(error?.sqlState == .readOnlyTransaction)
            #expect(error?.effect == PostgresError.Effect.none)
            #expect(!connection.isUsable)
        }
    }

    private func openFailure(_ url: String) async throws -> PostgresError? {
        try await OwnThread().run {
            try failure { try Connection.open(ConnectionConfiguration(connectionString: url), deadline: .far) }
        }
    }

    private func withPair(_ body: (String, TestCluster, TestCluster) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            try await withTestCluster(in: "\(folder)/primary", migrated: false) { primary in
                try await withTestStandby(of: primary, in: "\(folder)/standby") { standby in
                    try await body(folder, primary, standby)
                }
            }
        }
    }
}
