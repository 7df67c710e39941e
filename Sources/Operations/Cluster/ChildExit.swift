/// How a child ended.
package enum ChildExit: Equatable, Sendable, CustomStringConvertible {
    /// It left by itself; 0 is success.
    case code(Int32)
    /// A signal ended it.
    case signal(Int32)

    /// From the status of waitpid(2).
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7F
        self = signal == 0 ? .code((waitStatus >> 8) & 0xFF) : .signal(signal)
    }

    /// For messages.
    package var description: String {
        switch self {
        case .code(let code): "exit code \(code)"
        case .signal(let number): "signal \(number)"
        }
    }
}
