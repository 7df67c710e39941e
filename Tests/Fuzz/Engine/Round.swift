import Foundation

/// Runs one target in a child, and watches it.
struct Round {
    /// How much the child's memory may grow behind its warm-up, in kilobytes.
    static let growthKilobytesMax: UInt64 = 65_536
    /// Silence of a child that takes no processor time either.
    private static let silenceSecondsMax: Double = 600
    private static let lookSeconds = 0.05

    let target: String
    let command: FuzzCommand

    /// What was found.
    enum Finding {
        case trap(String), hang, growth, broken(String)

        var words: String {
            switch self {
            case .trap(let how): "TRAP (\(how))"
            case .hang: "HANG"
            case .growth: "GROWTH"
            case .broken(let law): "BROKEN LAW: \(law)"
            }
        }
    }

    /// A child's end.
    struct Result {
        let executions: UInt64
        let finding: Finding?
        let line: String
    }

    func run() throws -> Result {
        let folder = URL(fileURLWithPath: NSTemporaryDirectory())
            .appendingPathComponent("postroom-fuzz-\(getpid())-\(target)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("page").path
        let page = try SharedPage(path: path)
        let child = Process()
        child.executableURL = URL(
            fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        child.arguments = arguments(page: path)
        child.standardInput = FileHandle.nullDevice
        let start = ContinuousClock.now
        try child.run()
        let stopped = watch(child, page)
        child.waitUntilExit()
        let seconds = start.duration(to: .now) / .seconds(1)
        let finding = stopped ?? ending(child, page)
        var line = Self.padded(target, 20) + Self.padded("\(page.executions) executions", 24)
        line += Self.padded("\((seconds * 10).rounded() / 10) s", 12)
        line += Self.padded("\(page.features) outcomes", 18)
        line += "\(page.residentAtWarmUp / 1_024) -> \(page.resident / 1_024) MB"
        if let finding { line += "\n  \(finding.words)\n  " + (try save(page.input, finding)) }
        return Result(executions: page.executions, finding: finding, line: line)
    }

    private func arguments(page: String) -> [String] {
        var arguments = [
            "--child", page, "--target", target, "--executions", String(command.executions), "--seed",
            String(command.seed), "--corpus", command.corpus,
        ]
        if let seconds = command.seconds { arguments += ["--seconds", String(seconds)] }
        return arguments
    }

    /// Kills the child where it hangs or grows. The bound of a hang is the child's processor time: on a machine that is
    /// busy with something else, nothing hangs.
    private func watch(_ child: Process, _ page: SharedPage) -> Finding? {
        var seen = (executions: UInt64(0), processor: 0.0, at: ContinuousClock.now)
        while child.isRunning {
            Thread.sleep(forTimeInterval: Self.lookSeconds)
            let processor = Self.processorSeconds(of: child.processIdentifier) ?? seen.processor
            if page.executions != seen.executions {
                seen = (page.executions, processor, .now)
            } else if processor - seen.processor > command.hangSeconds
                || seen.at.duration(to: .now) > .seconds(Self.silenceSecondsMax)
            {
                if page.isDone || page.executions == 0 { continue }
                kill(child.processIdentifier, SIGKILL)
                return .hang
            }
            if grows(page) {
                kill(child.processIdentifier, SIGKILL)
                return .growth
            }
        }
        return nil
    }

    private func grows(_ page: SharedPage) -> Bool {
        page.residentAtWarmUp > 0 && page.resident > page.residentAtWarmUp + Self.growthKilobytesMax
    }

    private func ending(_ child: Process, _ page: SharedPage) -> Finding? {
        if !page.message.isEmpty { return .broken(page.message) }
        if child.terminationReason == .uncaughtSignal { return .trap("signal \(child.terminationStatus)") }
        if child.terminationStatus != 0 || !page.isDone { return .trap("exit code \(child.terminationStatus)") }
        return grows(page) ? .growth : nil
    }

    /// Writes the input down, and says where.
    private func save(_ input: [UInt8], _ finding: Finding) throws -> String {
        try FileManager.default.createDirectory(atPath: command.findings, withIntermediateDirectories: true)
        let path = "\(command.findings)/\(target)-\(command.seed)"
        try Data(input).write(to: URL(fileURLWithPath: path))
        let start = input.prefix(200).map {
            (0x20...0x7E).contains($0) ? String(UnicodeScalar($0)) : "\\x" + String($0, radix: 16)
        }
        return "\(input.count) bytes in \(path): \(start.joined())"
    }

    /// User and system time of a process.
    private static func processorSeconds(of process: Int32) -> Double? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
        // Behind the name, which may hold anything, in brackets.
        let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return nil }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text.padding(toLength: max(width, text.count + 1), withPad: " ", startingAt: 0)
    }
}
