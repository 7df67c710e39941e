import PostgresClient

/// A thread that may block, as the pool of Swift's tasks may not.
package actor OwnThread {
    private let executor = ThreadExecutor()
    /// Where its work runs.
    nonisolated public var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init() {}

    /// Runs the body on it.
    package func run<Value: Sendable>(_ body: @Sendable () throws -> Value) rethrows -> Value { try body() }
}
