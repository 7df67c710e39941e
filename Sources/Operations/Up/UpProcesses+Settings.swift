import Runtime

extension UpProcesses {
    /// What a process of this run is told.
    func environment(_ own: [String: String]) -> [String: String] {
        Self.environment(own, from: processEnvironment())
    }

    /// What a process is told: its own settings and, with lower precedence, those that this run was given, so that a
    /// trial can be configured (`POSTROOM_RECEIPT_OVERDUE=5s deploy/up --keep`). Nothing else is inherited. The registers
    /// of a crash report would show what is in memory behind each of them, and it goes to a log.
    static func environment(_ own: [String: String], from given: [String: String]) -> [String: String] {
        [
            "PATH": given["PATH"] ?? "/usr/bin:/bin", "SWIFT_BACKTRACE": "registers=none",
            Setting.retryBase.name: Self.retryBase,
        ]
        .merging(settings(of: given)) { _, given in given }.merging(own) { _, own in own }
    }

    /// Settings from a file that the environment names are left out: the file may be an earlier run's own
    /// (``operatorFile(in:)``). So are settings that would lead a trial's receipts to another installation, and those
    /// that describe one's own network.
    private static func settings(of given: [String: String]) -> [String: String] {
        let own: [Setting] = [.environmentFile, .nxteleReceiptURL, .rawListen, .allowedIPs, .trustedProxies]
        let known = Set(Setting.all.map(\.name)).subtracting(own.map(\.name))
        return given.filter { known.contains($0.key) }
    }

    /// The file that tells the operator's commands how to reach this run.
    static func operatorFile(in folder: DataFolder) -> String { "\(folder.path)/operator.env" }

    /// The lines of the file by which the operator's commands reach this run (`POSTROOM_ENV_FILE`).
    func operatorFile(alertKey: String, given: [String: String] = processEnvironment()) -> String {
        Self.settings(of: given).merging([
            Setting.databaseURL.name: connectionString("postroom_operator"), Setting.alertKey.name: alertKey,
            Setting.nxteleURL.name: "http://127.0.0.1:\(sandboxPort)", Setting.nxteleAppKey.name: access.appKey,
            Setting.nxteleSecretKey.name: access.secretKey,
        ]) { _, own in own }
        .sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
    }
}
