import PostgresClient

/// A thread that may block, as the pool of Swift's tasks may not.
public actor OwnThread {
    private let executor = ThreadExecutor()
    /// Where its work runs.
    nonisolated public var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Makes one.
    public init() {}

    /// Runs the body on it.
    public func run<Value: Sendable>(_ body: @Sendable () throws -> Value) rethrows -> Value { try body() }
}
