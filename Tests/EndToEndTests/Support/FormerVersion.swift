import Foundation

/// The version before this one, as it was built then: what a rolling deploy replaces.
struct FormerVersion: Sendable {
    /// The folder of its executables.
    let binaries: String
    /// Its sql folder.
    let sql: String

    /// By `POSTROOM_TEST_FORMER_BIN` and `POSTROOM_TEST_FORMER_SQL`; nil where one of them is not given.
    static let given: FormerVersion? = {
        let environment = ProcessInfo.processInfo.environment
        guard let binaries = environment["POSTROOM_TEST_FORMER_BIN"], !binaries.isEmpty,
            let sql = environment["POSTROOM_TEST_FORMER_SQL"], !sql.isEmpty
        else { return nil }
        return FormerVersion(binaries: binaries, sql: sql)
    }()
}
