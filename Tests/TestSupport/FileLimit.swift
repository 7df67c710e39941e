import Runtime

/// Lets this process have as many files and sockets open as the system allows it.
///
/// - Returns: how many that is.
public func raiseFileLimit() -> Int { FileDescriptorLimit.raise() }
