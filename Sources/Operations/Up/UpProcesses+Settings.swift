import Runtime

extension UpProcesses {
    /// What a process of this run is told.
    func environment(_ own: [String: String]) -> [String: String] {
        Self.environment(own, from: processEnvironment())
    }

    /// What a process is told: its own settings, and beneath them those that this run was given, so that whoever
    /// tries something may say how (`POSTROOM_RECEIPT_OVERDUE=5s deploy/up --keep`). Nothing else is inherited.
    static func environment(_ own: [String: String], from given: [String: String]) -> [String: String] {
        ["PATH": given["PATH"] ?? "/usr/bin:/bin", Setting.retryBase.name: Self.retryBase]
            .merging(settings(of: given)) { _, given in given }.merging(own) { _, own in own }
    }

    /// Not those of a file that it names: the file may be an earlier run's own (``operatorFile(in:)``). Nor what would lead
    /// a trial's receipts to another installation, or make it one's own network's.
    private static func settings(of given: [String: String]) -> [String: String] {
        let own: [Setting] = [.environmentFile, .nxteleReceiptURL, .rawListen, .allowedIPs, .trustedProxies]
        let known = Set(Setting.all.map(\.name)).subtracting(own.map(\.name))
        return given.filter { known.contains($0.key) }
    }

    /// Where the operator's commands find how to meet this run.
    static func operatorFile(in folder: DataFolder) -> String { "\(folder.path)/operator.env" }

    /// The lines of the file by which the operator's commands meet this run (`POSTROOM_ENV_FILE`).
    func operatorFile(alertKey: String, given: [String: String] = processEnvironment()) -> String {
        Self.settings(of: given).merging([
            Setting.databaseURL.name: connectionString("postroom_operator"), Setting.alertKey.name: alertKey,
            Setting.nxteleURL.name: "http://127.0.0.1:\(sandboxPort)", Setting.nxteleAppKey.name: access.appKey,
            Setting.nxteleSecretKey.name: access.secretKey,
        ]) { _, own in own }
        .sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
    }
}
