import Foundation

/// What `deploy/test` hands to the tests.
package enum TestEnvironment {
    /// Where the throw-away server's superuser connects: libpq's keyword form, database `postgres`.
    ///
    /// - Throws: ``TestSupportFailure`` where `POSTROOM_TEST_DATABASE_URL` is not set, or is a URI.
    package static func serverURL() throws -> String {
        guard let url = ProcessInfo.processInfo.environment["POSTROOM_TEST_DATABASE_URL"], !url.isEmpty else {
            throw TestSupportFailure(
                "POSTROOM_TEST_DATABASE_URL is not set. Run the tests by deploy/test, which starts a server for them "
                    + "(deploy/test --filter NAME runs some).")
        }
        guard !url.contains("://") else {
            throw TestSupportFailure(
                "POSTROOM_TEST_DATABASE_URL must have libpq's keyword form: host=… dbname=postgres user=postgres")
        }
        return url
    }

    /// The folder of the executables: `POSTROOM_TEST_BIN`, or the one these tests were built into.
    package static var binaries: String {
        if let folder = ProcessInfo.processInfo.environment["POSTROOM_TEST_BIN"], !folder.isEmpty { return folder }
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: program).deletingLastPathComponent().path
    }

    /// The top folder of the package.
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
}
