import ArgumentParser
import Runtime
import Sandbox
import ServiceLifecycle

/// `postroom sandbox`: a provider of one's own.
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Run a provider of one's own that speaks NXTele's protocol and misbehaves as it is told.",
        discussion: """
            It takes send calls (/api/sms/mtsend, /api/sms/mtsend_v2, /v1/sms/mt), record queries (/api/sms/get, \
            /api/sms/getSmsCdr) and balance queries (/api/common/getBalance, /api/customer/getBalance), and calls \
            receipts back to each call's dr_url, else to --receipt-url. Nothing is sent to anybody.

            Keys that are not given are those of the environment, where a process list does not show them \
            (\(Self.keySettings.map(\.name).joined(separator: ", "))), else the word sandbox.

            The script is a list such as delay=50ms,drop=0.05,code:88=0.05. A share is of 0 to 1; a time is 50ms or, \
            for delay and receipt-delay, also a range as 50ms-2s. What happens to a call follows from seed, phone and \
            the count of that phone's calls alone, so that a run can be repeated.

            \(Self.behaviours)

            While it runs: GET /sandbox/accepted (the accept log of this run), GET /sandbox/counts, GET and POST \
            /sandbox/script. These ask for no key: listen on an address that only you can reach.
            """)

    @Option(help: "The address to listen on, host:port; port 0 takes a free one.")
    var listen = "127.0.0.1:9090"

    @Option(help: "Equal seeds do equal things to equal phones.")
    var seed: UInt64 = 1

    @Option(help: "What goes wrong, and how often; nothing unless given.")
    var script = ""

    @Option(name: .customLong("receipt-url"), help: "Where receipts go whose call names no dr_url: an http:// URL.")
    var receiptURL: String?

    @Option(
        name: .customLong("receipt-retry"),
        help: "How long a receipt that cannot be connected is tried again; 0s never, as NXTele.")
    var receiptRetry = "30s"

    @Option(help: "The file that a JSON line is appended to for every message accepted, before it is answered.")
    var log: String?

    @Option(name: .customLong("appkey"), help: "The application's key.")
    var appKey: String?

    @Option(name: .customLong("secretkey"), help: "The application's secret.")
    var secretKey: String?

    @Option(name: .customLong("accesskey"), help: "The account's key for signed calls.")
    var accessKey: String?

    @Option(name: .customLong("accesssecret"), help: "The account's secret for signed calls.")
    var accessSecret: String?

    private static let keySettings: [Setting] = [
        .nxteleAppKey, .nxteleSecretKey, .nxteleAccessKey, .nxteleAccessSecret,
    ]

    /// How long stopping may take.
    private static let stopGrace = Duration.seconds(10)

    /// One line for every name a script may have.
    private static var behaviours: String {
        SandboxScript.names.map { name, value, meaning in
            let item = "\(name)=\(value)"
            return "  \(item)\(String(repeating: " ", count: max(1, 30 - item.count)))\(meaning)"
        }.joined(separator: "\n")
    }

    func run() async throws {
        let configuration = try sandbox()
        FileDescriptorLimit.raise()
        let log = bootstrapLogging(label: "postroom sandbox", level: .warning)
        let host = configuration.listen.host
        let server = SandboxServer(
            configuration, logger: log,
            onListening: { port in
                let address = ListenAddress(host: host, port: port)
                Terminal.print("The sandbox provider is ready on http://\(address)")
            })
        let code = await runServices([server], readiness: Readiness(), grace: Self.stopGrace, logger: log)
        if code != 0 { throw ExitCode(code) }
    }

    /// What the options ask for.
    private func sandbox() throws -> SandboxConfiguration {
        var configuration = SandboxConfiguration()
        guard let address = ListenAddress(listen) else { throw ValidationError("--listen is host:port.") }
        guard let retry = Duration(settingText: receiptRetry) else {
            throw ValidationError("--receipt-retry is a time such as 30s.")
        }
        if let receiptURL, ReceiptAddress(receiptURL) == nil {
            throw ValidationError("--receipt-url is an http:// URL; the sandbox speaks no TLS.")
        }
        do {
            configuration.script = try SandboxScript(script)
        } catch {
            throw ValidationError("--script: \(error)")
        }
        configuration.listen = address
        configuration.seed = seed
        configuration.receiptURL = receiptURL
        configuration.receipts.retryFor = retry
        configuration.logPath = log
        let given = processEnvironment().filter { !$0.value.isEmpty }
        func key(_ option: String?, _ setting: Setting) -> String { option ?? given[setting.name] ?? "sandbox" }
        configuration.access = SandboxAccess(
            appKey: key(appKey, .nxteleAppKey), secretKey: Secret(key(secretKey, .nxteleSecretKey)),
            accessKey: key(accessKey, .nxteleAccessKey), accessSecret: Secret(key(accessSecret, .nxteleAccessSecret)))
        return configuration
    }
}
