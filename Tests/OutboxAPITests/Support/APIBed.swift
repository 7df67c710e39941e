import Domain
import Foundation
import Logging
import PostgresClient
import Runtime
import ServiceLifecycle
import TestSupport

@testable import Alerting
@testable import OutboxAPI

/// An API process's parts in this process, as the role it has in production, before a database of its own.
struct APIBed: Sendable {
    let database: TestDatabase
    let port: UInt16

    /// Runs a test with one, and with key `admin` of account `default`, which may do everything.
    static func run(
        _ change: (inout APIConfiguration) -> Void = { _ in }, _ body: @Sendable @escaping (APIBed) async throws -> Void
    ) async throws {
        try await withTestDatabase { database in
            try await database.sql(
                """
                INSERT INTO billing.sms_price (currency, prefix, valid_from, cost_per_unit) VALUES
                    ('USD', '', '2020-01-01Z', 0.05), ('USD', '254', '2020-01-01Z', 0.0125),
                    ('USD', '254', now() + interval '1 hour', 9), ('EUR', '49', '2020-01-01Z', 0.07);
                """)
            var configuration = configuration(database, storeDeadline: .seconds(20))
            configuration.alertKey = AlertKey(bytes: Array(repeating: 7, count: AlertKey.byteCountMin))
            change(&configuration)
            try await serve(configuration, database, body)
        }
    }

    /// What a process reads that is told no more than its database, on any free port; with a deadline of its own.
    static func configuration(
        _ database: TestDatabase, user: String = "postroom_api", storeDeadline: Duration
    ) -> APIConfiguration {
        APIConfiguration(
            reading: SettingsReader(environment: [
                "DATABASE_URL": database.url(user: user), "POSTROOM_API_LISTEN": "127.0.0.1:0",
                "POSTROOM_STORE_DEADLINE": storeDeadline.settingText,
            ]))
    }

    private static func serve(
        _ configuration: APIConfiguration, _ database: TestDatabase,
        _ body: @Sendable @escaping (APIBed) async throws -> Void
    ) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let parts = APIProcess(configuration).parts(reachable: nil, log: log) { continuation.yield($0.port) }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: parts, logger: log))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await group.run()
                continuation.finish()
            }
            tasks.addTask {
                guard let port = await ports.first(where: { _ in true }) else {
                    throw TestSupportFailure("the API did not start")
                }
                let bed = APIBed(database: database, port: UInt16(port))
                try await bed.addKey("admin", scopes: "send,read,admin")
                let result: Result<Void, any Error>
                do { result = .success(try await body(bed)) } catch { result = .failure(error) }
                await group.triggerGracefulShutdown()
                try result.get()
            }
            while let result = await tasks.nextResult() { try result.get() }
        }
    }

    /// Makes a key whose text is `postroom_NAME`.
    func addKey(_ name: String, account: String = "default", user: String = "u", scopes: String) async throws {
        try await database.sql(
            """
            INSERT INTO ops.api_key (id, hash, account, user_id, scopes)
            VALUES (gen_random_uuid(), sha256('postroom_\(name)'), '\(account)', '\(user)', '{\(scopes)}')
            """)
    }

    /// Makes an account, with a key of its own name that may do everything.
    func addAccount(_ name: String, kind: String, currency: String = "USD", balance: String? = nil) async throws {
        try await database.sql(
            "INSERT INTO billing.account (name, kind, currency) VALUES ('\(name)', '\(kind)', '\(currency)')")
        if let balance {
            try await database.sql(
                """
                INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after)
                VALUES ('\(name)', 1, 'topup', \(balance), \(balance))
                """)
        }
        try await addKey(name, account: name, user: "\(name)-user", scopes: "send,read,admin")
    }

    /// One request over a connection of its own.
    func call(
        _ method: String, _ target: String, key: String? = "admin", body: String? = nil, headers: [String] = []
    ) async throws -> APIAnswer {
        try await call(method, target, key: key, bytes: body.map { Array($0.utf8) }, headers: headers)
    }

    /// The same with any bytes.
    func call(
        _ method: String, _ target: String, key: String? = "admin", bytes: [UInt8]?, headers: [String] = []
    ) async throws -> APIAnswer {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: localhost", "Connection: close"] + headers
        if let key { lines.append("Authorization: Bearer postroom_\(key)") }
        if let bytes {
            if !headers.contains(where: { $0.lowercased().hasPrefix("content-type") }) {
                lines.append("Content-Type: application/json")
            }
            lines.append("Content-Length: \(bytes.count)")
        }
        let head = lines.joined(separator: "\r\n") + "\r\n\r\n"
        return APIAnswer(try await HTTPProbe.send(Array(head.utf8) + (bytes ?? []), port: port, limit: .seconds(60)))
    }

    /// A send of a short text, with further members.
    func send(_ members: String = "", key: String = "admin", headers: [String] = []) async throws -> APIAnswer {
        try await call("POST", "/api/sms/send", key: key, body: sendBody(members), headers: headers)
    }

    /// Makes an endpoint of the account of key `admin`; its id.
    func addEndpoint(_ members: String = "") async throws -> String {
        let body = #"{"url":"https://hooks.example.com/"\#(members.isEmpty ? "" : "," + members)}"#
        let answer = try await call("POST", "/api/sms/alerts/endpoints", body: body)
        guard let id = answer.text("endpoint.id") else { throw TestSupportFailure(answer.http.text) }
        return id
    }

    /// A notification of an account, as an alert worker makes it; its id.
    func addNotification(account: String = "default", second: Int = 0) async throws -> String {
        try await database.sql(
            """
            INSERT INTO alert.notification (id, account, kind, event_count, data, first_at, last_at)
            VALUES (('0190a3c0-0000-7000-8000-' || lpad('\(second)', 4, '0') || substr(md5(random()::text), 1, 8))::uuid,
                    '\(account)', 'sms.failed', 1, '{"outboxId": "x"}', now(), now())
            RETURNING id
            """)[0]
    }

    /// Whose key `admin` is.
    static let admin = Principal(account: "default", userID: "u", scopes: [.send, .read, .admin])

    /// Runs a request's transactions on a line that cuts off the answers to commits, until it has cut off one.
    func cuttingCommit<Value: Sendable>(
        _ body: @Sendable @escaping (RequestTransactions) async throws -> Value
    ) async throws -> Value {
        let proxy = try FaultProxy(to: database.url)
        let pool = ConnectionPool(
            ConnectionConfiguration(connectionString: proxy.url(database: database.name, user: "postroom_api")),
            capacity: 1)
        let transactions = RequestTransactions(
            pool: pool, storeDeadline: .seconds(60), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        proxy.begin(.cutCommit)
        let task = Task { try await body(transactions) }
        let result: Result<Value, any Error>
        do {
            try await eventually("a commit is cut") {
                let cut = proxy.commitsCut
                return cut.transactions + cut.flights > 0
            }
            proxy.end()
            result = .success(try await task.value)
        } catch {
            result = .failure(error)
        }
        await pool.close()
        proxy.close()
        return try result.get()
    }

    /// A writer of its own, which has a minute for each group.
    func writer(_ pending: PendingSends, cache: AcceptCache = AcceptCache()) -> SendGroupWriter {
        SendGroupWriter(
            Self.configuration(database, storeDeadline: .seconds(60)),
            pending: pending, reachable: nil, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            cache: cache)
    }

    /// Has the function that locks accounts do this first at each call, as its owner, in PL/pgSQL; its calls are counted in
    /// `public.calls`.
    static func beforeLocking(_ statements: String = "") -> String {
        """
        ALTER FUNCTION billing.lock_standings(text[], text[]) RENAME TO true_standings;
        CREATE SEQUENCE public.calls MINVALUE 0 START 0;
        SELECT nextval('public.calls');
        CREATE FUNCTION billing.lock_standings(names text[], prefixes text[],
            OUT name text, OUT is_prepaid boolean, OUT last_seq bigint, OUT balance numeric,
            OUT transaction_time timestamptz, OUT currency text, OUT prefix text, OUT cost_per_unit text)
        RETURNS SETOF record LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            PERFORM nextval('public.calls');
            \(statements)
            RETURN QUERY SELECT * FROM billing.true_standings(names, prefixes);
        END $$;
        """
    }

    /// Ends every connection of the API, and lets it make no others.
    func cutOff() async throws {
        try await database.sql("REVOKE CONNECT ON DATABASE \(database.name) FROM PUBLIC")
        try await database.sql(
            """
            SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
            WHERE datname = '\(database.name)' AND usename = 'postroom_api'
            """)
    }

    /// Sets what an entry's evidence says, as a worker would have, by the superuser.
    func sql(_ text: String) async throws -> [String] { try await database.sql(text) }
}

/// The body of a send of a short text to Kenya, with further members; one given here replaces its own.
func sendBody(_ members: String = "") -> String {
    let own = [
        "recipientPhoneNumber": "\"+254712345678\"", "message": "\"Your code is 123456.\"", "senderId": "\"POSTROOM\"",
    ]
    let kept = own.filter { !members.contains("\"\($0.key)\":") }.sorted { $0.key < $1.key }
    let texts = kept.map { "\"\($0.key)\":\($0.value)" } + (members.isEmpty ? [] : [members])
    return "{" + texts.joined(separator: ",") + "}"
}

/// A moment so many days from now, at an offset from UTC.
func isoTime(daysAhead days: Int, offset: String) -> String {
    let text = Timestamp(microseconds: (Timestamp.now.milliseconds / 1_000 + Int64(days) * 86_400) * 1_000_000)
        .iso8601
    return text.dropLast() + offset
}

/// An answer of the API with ways into its JSON.
struct APIAnswer: Sendable {
    let http: HTTPAnswer
    let json: JSONValue?

    init(_ http: HTTPAnswer) {
        self.http = http
        json = try? JSONParser.parse(http.body)
    }

    var status: Int { http.status }

    /// A value by its path, such as `outbox.timestamps.createdAt`.
    subscript(_ path: String) -> JSONValue? {
        path.split(separator: ".").reduce(json) { value, name in value?[String(name)] }
    }

    /// A text by its path.
    func text(_ path: String) -> String? { self[path]?.text }

    /// The names of the fields that are wrong.
    var wrongFields: [String] {
        guard case .array(let errors) = self["errors"] else { return [] }
        return errors.compactMap { $0["field"]?.text }
    }
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var text: String? {
        switch self {
        case .string(let text), .number(let text): text
        default: nil
        }
    }

    var items: [JSONValue] {
        guard case .array(let items) = self else { return [] }
        return items
    }

    var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }
}
