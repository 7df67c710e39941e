import Glibc

/// The account that a child runs under where the caller is root, whom Postgres refuses.
package struct ServerUser: Equatable, Sendable {
    let name: String
    /// The account's numeric id.
    package let uid: UInt32
    /// The numeric id of its first group.
    package let gid: UInt32

    /// Whom the server's commands run as: nil is the caller, else the package's own account `postgres`.
    ///
    /// - Throws: ``ClusterFailure/serverUserMissing(name:)`` where the caller is root and there is no such account.
    package static func forCaller() throws(ClusterFailure) -> ServerUser? {
        guard geteuid() == 0 else { return nil }
        guard let user = named("postgres") else { throw .serverUserMissing(name: "postgres") }
        return user
    }

    static func named(_ name: String) -> ServerUser? {
        lookUp { record, buffer, bytes, found in getpwnam_r(name, record, buffer, bytes, found) }
    }

    /// The name of an account, or its number where it has none.
    static func name(of uid: UInt32) -> String {
        lookUp { record, buffer, bytes, found in getpwuid_r(uid, record, buffer, bytes, found) }?.name
            ?? "\(uid)"
    }

    private static func lookUp(
        _ call: (
            UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
        ) -> Int32
    ) -> ServerUser? {
        var record = passwd()
        var found: UnsafeMutablePointer<passwd>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16 * 1024) { buffer in
            guard let memory = buffer.baseAddress, call(&record, memory, buffer.count, &found) == 0,
                found != nil, let name = record.pw_name
            else { return nil }
            return ServerUser(name: String(cString: name), uid: record.pw_uid, gid: record.pw_gid)
        }
    }
}
