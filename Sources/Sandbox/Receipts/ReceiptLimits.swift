/// The bounds of the callbacks.
package struct ReceiptLimits: Hashable, Sendable {
    /// The most connections to one server, and so the most callbacks under way to it. Defaults to 64.
    package var connectionsMax = 64
    /// The most callbacks that wait for a connection to one server; beyond, they fail. Defaults to 200 000.
    package var waitingMax = 200_000
    /// The most servers; callbacks to another fail. Defaults to 16.
    package var serversMax = 16
    /// How long a connection may take. Defaults to 2 s.
    package var connectTimeout = Duration.seconds(2)
    /// How long an answer may take; then the connection is closed. Defaults to 10 s.
    package var answerTimeout = Duration.seconds(10)
    /// How long a callback that could not be connected is tried again; zero is never. Defaults to 30 s.
    ///
    /// NXTele calls once. But this is a test instrument: a test that counts receipts must not lose one because the
    /// process it starts is not listening yet. A callback that broke after it was sent is not tried again, unless it
    /// went out on a kept connection that its server was just closing.
    package var retryFor = Duration.seconds(30)

    /// The defaults.
    package init() {}
}
