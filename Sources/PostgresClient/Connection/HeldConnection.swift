/// A connection that its owner keeps for as long as it lasts; after that, another takes its place.
///
/// An owner that tries again after a failure tells what came of its tries, and they come at the pace of a
/// ``ReconnectBackoff``, whether the connection broke or Postgres refuses over a sound one. An owner that tells nothing
/// is never held up. For one thread at a time, as the connection is, and one that may block.
public struct HeldConnection {
    /// How long opening one may take where nobody waits for it.
    public static let openingTimeMax = Duration.seconds(10)
    /// The longest pause after a failure.
    private static let pauseMax = Duration.milliseconds(500)

    private let configuration: ConnectionConfiguration
    private var connection: Connection?
    private var backoff = ReconnectBackoff(ceiling: pauseMax)
    /// Before then none is opened.
    private(set) var nextOpening = Deadline.in(.zero)

    /// Holds none yet.
    public init(_ configuration: ConnectionConfiguration) { self.configuration = configuration }

    /// Whether one is held that can be used.
    public var isUsable: Bool { connection?.isUsable == true }

    /// The connection that is held, if it can be used; else, once the pause after a failure is over, another one, which
    /// is held from now on.
    ///
    /// - Parameters:
    ///   - patience: how long to wait for the pause to be over; defaults to as long as it takes. If that is not long
    ///     enough, none is opened.
    ///   - deadline: of opening another; asked for only then, after the pause.
    /// - Throws: what ``Connection/open(_:deadline:)`` throws; nothing is held then.
    public mutating func usable(
        patience: Deadline? = nil, deadline: @autoclosure () -> Deadline = .in(HeldConnection.openingTimeMax)
    ) throws(PostgresError) -> Connection {
        // Nobody leaves a transaction open here. One that is open all the same would be refused at every use, for good.
        if let connection, connection.isUsable, !connection.isInTransaction { return connection }
        connection = nil
        (patience.map { min($0, nextOpening) } ?? nextOpening).blockThread()
        guard nextOpening.hasPassed else { throw PostgresError(.connectionLost, statement: "connect") }
        let opened = try Connection.open(configuration, deadline: deadline())
        connection = opened
        return opened
    }

    /// Postgres did what was asked: the next pause is short again.
    public mutating func succeeded() { backoff.reset() }

    /// Postgres could not be reached, or did not do what was asked. If it refused over a sound connection, such as on a
    /// full disk, blocks for a pause; if the connection broke, the next one is not opened before the pause is over.
    ///
    /// - Parameter deadline: cuts short what blocks here.
    public mutating func failed(until deadline: Deadline? = nil) {
        let pause = Deadline.in(backoff.next(jitter: .random(in: 0..<1)))
        guard isUsable else {
            nextOpening = pause
            return
        }
        (deadline.map { min($0, pause) } ?? pause).blockThread()
    }

    /// Ends the connection; the next use opens another.
    public mutating func close() {
        connection?.close()
        connection = nil
    }
}
