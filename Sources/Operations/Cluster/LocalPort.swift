import Glibc

/// TCP ports of this machine.
package enum LocalPort {
    /// That a listener can have this address; it may still be lost to another program before it is used.
    ///
    /// - Parameter host: an IPv4 address.
    /// - Throws: ``ClusterFailure/portTaken(host:port:)``, ``ClusterFailure/addressUnusable(host:port:reason:)``.
    package static func check(host: String = "127.0.0.1", port: UInt16) throws(ClusterFailure) {
        switch bindOnce(host: host, port: port) {
        case .success: return
        case .failure(let code) where code.number == EADDRINUSE: throw .portTaken(host: host, port: port)
        case .failure(let code):
            throw .addressUnusable(host: host, port: port, reason: String(cString: strerror(code.number)))
        }
    }

    /// A port of the loopback interface that was free just now.
    static func free() throws(ClusterFailure) -> UInt16 {
        switch bindOnce(host: "127.0.0.1", port: 0) {
        case .success(let port): return port
        case .failure(let code):
            throw .addressUnusable(host: "127.0.0.1", port: 0, reason: String(cString: strerror(code.number)))
        }
    }

    /// The port that was asked for, which must not be taken, or for 0 one that is free.
    static func chosen(_ port: UInt16) throws(ClusterFailure) -> UInt16 {
        guard port != 0 else { return try free() }
        try check(port: port)
        return port
    }

    private struct Errno: Error { var number: Int32 }

    private static func bindOnce(host: String, port: UInt16) -> Result<UInt16, Errno> {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .failure(Errno(number: errno)) }
        defer { close(descriptor) }
        // As servers do: connections of an earlier one in TIME_WAIT do not hold the port.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return .failure(Errno(number: EINVAL)) }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> Int32 in
                guard bind(descriptor, generic, length) == 0, listen(descriptor, 1) == 0,
                    getsockname(descriptor, generic, &length) == 0
                else { return errno }
                return 0
            }
        }
        return code == 0 ? .success(UInt16(bigEndian: address.sin_port)) : .failure(Errno(number: code))
    }
}
