import ServiceLifecycle

/// What a server executable runs by ``runProcess(_:as:)``, and `postroom config --check` reads.
///
/// Made in two steps, so that every problem with the settings is known before anything of them is used.
package protocol ServerProcess: Sendable {
    /// What there is to know of it before it reads its settings.
    static var program: ServerProgram { get }

    /// Reads what it needs from the settings; problems are collected in the reader, and nothing of it may be used yet.
    init(reading reader: SettingsReader)

    /// Makes the services in the order in which they start; they stop in the reverse.
    func services(_ context: ProcessContext) throws -> [any Service]
}

/// The name of a server process, and how it is watched.
package struct ServerProgram: Sendable {
    /// The executable's name, for logs, heartbeats and the list of connections.
    package let executable: String
    /// The setting of its admin listener.
    let adminListen: Setting
    /// Whether connections are sent to it by something that asks for its readiness, which then has the
    /// ``SettingsReader/drainDelay()`` to see it fail.
    let isBehindBalancer: Bool

    /// Describes a program.
    package init(_ executable: String, adminListen: Setting, isBehindBalancer: Bool = false) {
        self.executable = executable
        self.adminListen = adminListen
        self.isBehindBalancer = isBehindBalancer
    }
}
