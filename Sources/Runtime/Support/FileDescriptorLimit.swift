import Glibc

/// How many files and sockets this process may have open.
public enum FileDescriptorLimit {
    /// Raises the soft limit to the hard one: 1 024, where many systems begin, is less than servers here may hold open.
    ///
    /// - Returns: The limit that holds now.
    @discardableResult
    public static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
