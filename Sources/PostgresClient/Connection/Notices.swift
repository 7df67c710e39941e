import CLibpq

/// Collects the SQLSTATE classes of warnings that arrive beside results; confined to the connection's thread.
final class Notices {
    /// Whether a warning of class 01 came since the last reset.
    private(set) var sawWarning = false

    func reset() { sawWarning = false }

    /// Makes the connection report to this object, which must live as long as the connection.
    func attach(to connection: OpaquePointer) {
        PQsetNoticeReceiver(
            connection,
            { raw, result in
                guard let raw, let result else { return }
                guard let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) else { return }
                // 01000 and its kin; NOTICEs carry class 00.
                if state[0] == CChar(UInt8(ascii: "0")), state[1] == CChar(UInt8(ascii: "1")) {
                    Unmanaged<Notices>.fromOpaque(raw).takeUnretainedValue().sawWarning = true
                }
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}
