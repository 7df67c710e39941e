import Domain
import Glibc

/// The version every executable of this package reports.
package let postroomVersion = "0.1.0"

extension ProcessIdentity {
    /// Draws an identity for the process that runs.
    ///
    /// - Parameters:
    ///   - executable: The executable's name.
    ///   - random: Where the id comes from.
    static func thisProcess(_ executable: String, random: inout some RandomNumberGenerator) -> Self {
        ProcessIdentity(
            id: UInt128(random.next()) << 64 | UInt128(random.next()), executable: executable, version: postroomVersion,
            host: hostName(), pid: getpid(), startedAt: .now)
    }

    /// Draws an identity for the process that runs from the system's generator.
    static func thisProcess(_ executable: String) -> Self {
        var random = SystemRandomNumberGenerator()
        return thisProcess(executable, random: &random)
    }

    private static func hostName() -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "" }
        return String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
