import Domain
import PostgresClient
import Runtime
import Store

/// The server processes of `postroom up`, and how they are reached.
struct UpProcesses: Sendable {
    /// The secrets of this run.
    struct Access: Sendable {
        let onoffKey = Self.random()
        let nxteleToken = Self.random()
        let appKey = Self.random()
        let secretKey = Self.random()

        static func random() -> String {
            let word = UInt128(UInt64.random(in: .min ... .max)) << 64 | UInt128(UInt64.random(in: .min ... .max))
            return String(word, radix: 36)
        }
    }

    /// The account whose key the run uses; the migrations make it.
    static let account = "default"
    /// What a part costs in the sandbox, in the currency of the account.
    static let costPerUnit = (currency: "USD", amount: "0.05")
    /// The longest wait before the first retry where nothing else is said: nobody watches for longer.
    static let retryBase = "1s"

    let cluster: EmbeddedCluster
    let access = Access()
    let apiKey = APIKey.make()
    private let apiKeyID = APIKeyID.new()
    let ingressPort: UInt16
    let apiPort: UInt16
    let sandboxPort: UInt16

    init(cluster: EmbeddedCluster, ingressPort: UInt16, apiPort: UInt16) throws {
        self.cluster = cluster
        self.ingressPort = ingressPort
        self.apiPort = apiPort
        sandboxPort = try LocalPort.free()
    }

    /// Where a role connects.
    func connectionString(_ role: String) -> String {
        cluster.connectionString(database: CreatePostroomDatabase.databaseName, user: role)
    }

    /// Makes a key and a price, and starts every process; returns once all are ready.
    func start(_ fleet: Fleet, _ folder: DataFolder) async throws {
        try await prepareOutbox()
        try await startProcess(
            fleet, "postroom-webhook-worker", "WEBHOOK_WORKER", ["POSTROOM_STATE_DIR": "\(folder.state)"])
        try await startProcess(
            fleet, "postroom-ingress", "INGRESS",
            [
                "POSTROOM_INGRESS_LISTEN": "127.0.0.1:\(ingressPort)", "POSTROOM_ONOFF_API_KEYS": access.onoffKey,
                "POSTROOM_NXTELE_TOKENS": access.nxteleToken, "POSTROOM_SPOOL_DIR": "\(folder.state)/spool",
            ])
        Terminal.print("postroom-ingress is ready on 127.0.0.1:\(ingressPort), and a postroom-webhook-worker behind it")
        try await fleet.start(
            "postroom",
            arguments: ["sandbox", "--listen", "127.0.0.1:\(sandboxPort)"],
            environment: environment(sendKeys), adminPort: sandboxPort, readyPath: "/sandbox/counts")
        try await startProcess(
            fleet, "postroom-send-worker", "SEND_WORKER",
            sendKeys.merging([
                Setting.nxteleURL.name: "http://127.0.0.1:\(sandboxPort)",
                // With each message, as in production: on the sandbox's command line everybody could read the token.
                Setting.nxteleReceiptURL.name: "http://127.0.0.1:\(ingressPort)/v1/nxtele/dr/\(access.nxteleToken)",
            ]) { own, _ in own })
        // The secrets of endpoints are derived from it, so it outlives the run.
        let alertKey = try KeptSecret.text(at: "\(folder.path)/alert.key")
        try KeptSecret.write(operatorFile(alertKey: alertKey), to: Self.operatorFile(in: folder))
        try await startProcess(fleet, "postroom-alert-worker", "ALERT_WORKER", ["POSTROOM_ALERT_KEY": alertKey])
        try await startProcess(
            fleet, "postroom-api", "API",
            ["POSTROOM_API_LISTEN": "127.0.0.1:\(apiPort)", "POSTROOM_ALERT_KEY": alertKey])
        Terminal.print(
            "postroom-api is ready on 127.0.0.1:\(apiPort), a postroom-send-worker and a sandbox provider behind it, "
                + "a postroom-alert-worker beside them")
    }

    /// The keys by which the sandbox knows the send worker. Both inherit the signing keys, if this run was given any.
    private var sendKeys: [String: String] {
        [Setting.nxteleAppKey.name: access.appKey, Setting.nxteleSecretKey.name: access.secretKey]
    }

    /// The key belonged to this run only; the key of a run that was killed stays valid in its folder.
    func revokeKey() async {
        let pool = ConnectionPool(
            ConnectionConfiguration(
                connectionString: connectionString(EmbeddedCluster.superuser), applicationName: "postroom up"),
            capacity: 1)
        _ = try? await pool.run(RevokeAPIKey(apiKeyID), timeout: .seconds(5))
        await pool.close()
    }

    private func startProcess(
        _ fleet: Fleet, _ executable: String, _ name: String, _ settings: [String: String]
    ) async throws {
        let admin = try LocalPort.free()
        let role = executable.replacing("-", with: "_")
        let own = [
            "DATABASE_URL": connectionString(role), "POSTROOM_\(name)_ADMIN_LISTEN": "127.0.0.1:\(admin)",
            // No balancer stands before them.
            "POSTROOM_DRAIN_DELAY": "0s",
        ].merging(settings) { _, given in given }
        try await fleet.start(executable, environment: environment(own), adminPort: admin)
    }

    /// The API key of the run, and a price for every destination where there is none.
    private func prepareOutbox() async throws {
        guard let cost = Amount(Self.costPerUnit.amount) else { throw CommandFailure("The price cannot be read.") }
        let pool = ConnectionPool(
            ConnectionConfiguration(
                connectionString: connectionString(EmbeddedCluster.superuser), applicationName: "postroom up"),
            capacity: 1)
        let key = CreateAPIKey(
            id: apiKeyID, hash: apiKey.hash, account: Self.account, user: "newcomer", scopes: [.send, .read])
        let price = NewPrice(
            currency: Self.costPerUnit.currency, prefix: "", costPerUnit: cost, validFrom: Timestamp(microseconds: 0))
        do {
            guard try await pool.run(key, timeout: .seconds(10)) else {
                throw CommandFailure("The account \(Self.account) is missing.")
            }
            _ = try await pool.run(SetPrices([price]), timeout: .seconds(10))
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
    }
}
