import TestSupport

extension Stack {
    /// What the tests' workers derive secrets from.
    static let alertKey = "key-of-the-tests-key-of-the-tests-key"

    /// An alert worker and where it answers about itself.
    struct AlertWorker: Sendable {
        let process: TestProcess
        let adminPort: UInt16
    }

    /// Starts an alert worker that may deliver to this machine.
    func alertWorker(place: Int = 0, environment: [String: String] = [:]) async throws -> AlertWorker {
        let adminPort = try freePort()
        let settings = [
            "DATABASE_URL": url("postroom_alert_worker"),
            "POSTROOM_ALERT_WORKER_ADMIN_LISTEN": "127.0.0.1:\(adminPort)", "POSTROOM_ALERT_KEY": Self.alertKey,
            "POSTROOM_ALERT_ALLOWED_NETWORKS": "127.0.0.0/8", "SWIFT_BACKTRACE": "enable=no",
        ]
        let process = try await processes.start(
            "\(binaries)/postroom-alert-worker", name: "postroom-alert-worker \(place)",
            environment: settings.merging(environment) { _, given in given }, readyPort: adminPort)
        return AlertWorker(process: process, adminPort: adminPort)
    }
}

extension TestDatabase {
    /// Adds an endpoint of account `default`; returns its id.
    func addEndpoint(port: UInt16) async throws -> String {
        try await sql(
            """
            INSERT INTO alert.endpoint (id, account, url)
            VALUES (gen_random_uuid(), 'default', 'http://127.0.0.1:\(port)/') RETURNING id
            """)[0]
    }

    /// Adds notifications that are due now, each queued for an endpoint.
    func notify(_ endpoint: String, count: Int = 1) async throws {
        try await sql(
            """
            WITH made AS (
                INSERT INTO alert.notification (id, account, kind, event_count, data, first_at, last_at)
                SELECT gen_random_uuid(), 'default', 'alert.test', 1, jsonb_build_object('number', n), now(), now()
                FROM generate_series(1, \(count)) AS n
                RETURNING id
            )
            INSERT INTO queue.notification (notification_id, endpoint_id, account, due_at, give_up_at)
            SELECT id, '\(endpoint)', 'default', now(), now() + interval '4 days' FROM made
            """)
    }

    /// Notifications that wait.
    func queuedNotifications() async throws -> Int {
        Int(try await sql("SELECT count(*) FROM queue.notification")[0]) ?? -1
    }
}
