import Domain
import Logging

/// What the parts of a server process share.
package struct ProcessContext: Sendable {
    /// Which start of which program this is.
    package let identity: ProcessIdentity
    /// The program's logger.
    package let log: Logger
    /// Whether the process wants work; parts add their checks.
    package let readiness: Readiness
}

/// The whole of a server's `main`: reads the settings and reports every problem with them at once, starts logging,
/// metrics and the admin listener, then runs the services until a signal ends them.
///
/// - Parameters:
///   - read: Takes what the program needs from the settings.
///   - program: Its name and admin listener, where they are not those of its type.
/// - Returns: The code to exit with: 64 for arguments, 78 for settings that cannot be used, 1 for a failed start, else
///   as ``runServices(_:readiness:grace:drainDelay:logger:)``.
package func runProcess<Process: ServerProcess>(
    _ read: (SettingsReader) -> Process, as program: ServerProgram = Process.program
) async -> Int32 {
    let executable = program.executable
    guard CommandLine.arguments.count == 1 else {
        StandardError.write(
            Array("\(executable) takes no arguments; its settings are what `postroom config` lists.\n".utf8))
        return 64
    }
    let reader = SettingsReader.standard()
    let process = read(reader)
    let settings = ProcessSettings(reading: reader, of: program)
    do {
        try reader.finish()
    } catch {
        // A name that nobody knows is often the mistyped one of what is missing.
        for line in reader.warnings + ["\(error)"] { StandardError.write(Array("\(executable): \(line)\n".utf8)) }
        return 78
    }
    FileDescriptorLimit.raise()
    let metrics = PrometheusMetrics()
    // Before logging, which counts.
    bootstrapMetrics(metrics)
    let log = bootstrapLogging(label: executable, level: settings.logLevel)
    for warning in reader.warnings { log.warning("a setting is odd", metadata: ["setting": "\(warning)"]) }
    let context = ProcessContext(
        identity: ProcessIdentity.thisProcess(executable), log: log, readiness: Readiness())
    do {
        let server = AdminServer(
            address: settings.adminListen, readiness: context.readiness, metrics: metrics, logger: log)
        let parts = try process.services(context)
        return await runServices(
            [server] + parts, readiness: context.readiness, grace: settings.shutdownGrace,
            drainDelay: settings.drainDelay, logger: log)
    } catch {
        log.critical("cannot start", metadata: ["error": "\(error)"])
        return 1
    }
}
