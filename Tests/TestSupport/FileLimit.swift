import Runtime

/// Lets this process have as many files and sockets open as the system allows it.
///
/// - Returns: how many that is.
package func raiseFileLimit() -> Int { FileDescriptorLimit.raise() }
