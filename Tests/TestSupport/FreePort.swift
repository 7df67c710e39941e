import Operations

/// A loopback port that was free just now.
public func freePort() throws -> UInt16 { try LocalPort.free() }
