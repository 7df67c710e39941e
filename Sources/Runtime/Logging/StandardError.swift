import Glibc

/// Writes whole lines to standard error, where the collector reads them.
enum StandardError {
    /// Writes the bytes by one `write(2)`, so that lines of several threads do not mix; goes on after a short write.
    ///
    /// What cannot be written is dropped: there is nowhere to report it. Blocks while nobody reads.
    static func write(_ line: [UInt8]) {
        line.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
