/// A statement, transaction or connection that failed, and whether its effect may have happened all the same.
///
/// `description` holds nothing that a row or a parameter held; the server's own message, which may quote values,
/// is in ``serverMessage`` and in `debugDescription` only. Of a connection that could not be made it says why.
public struct PostgresError: Error, Sendable, Equatable {
    /// What kind of failure it is: each needs another reaction from the caller.
    public enum Reason: Sendable, Equatable {
        /// No connection could be made, or it broke: connect anew.
        case connectionLost
        /// The caller's deadline passed; the connection has been dropped.
        case deadlinePassed
        /// The calling task was cancelled and the statement with it.
        case cancelled
        /// Every connection of the pool is busy and its waiting room is full, or the wait took too long.
        case poolExhausted
        /// The pool was closed by its owner.
        case closed
        /// The caller did what it must not, such as a transaction within another: a fault of the program.
        case misused
        /// The server refused the statement: see ``PostgresError/sqlState``.
        case server(SQLState)
        /// The server reported success of a commit together with a warning that takes it back, such as a cancelled
        /// wait for a synchronous standby (class 01), or says in the same answer that a transaction is open: whether it is
        /// durable is not known.
        case commitInDoubt
        /// A column had another type, or NULL, or a number of rows that the statement did not expect.
        case unexpectedResult
        /// The connection string could not be read.
        case badConfiguration
    }

    /// Whether what the statement does may have been done.
    public enum Effect: Sendable, Equatable {
        /// Certainly not: it was rolled back, never sent, or only reads.
        case none
        /// Unknown: the answer to a commit was lost. Repeat idempotently or look it up; never assume.
        case unknown
    }

    /// What kind of failure.
    public var reason: Reason
    /// Whether the effect may have happened.
    public var effect: Effect
    /// The statement's name, or what was being done, such as `connect`.
    public var statement: String
    /// The constraint that a row broke, by its name, if the server said so.
    public var constraint: String?
    /// What the server or libpq said. May quote row values: never log it at `info` or above.
    public var serverMessage: String

    /// Makes an error.
    public init(
        _ reason: Reason, effect: Effect = .none, statement: String, constraint: String? = nil,
        serverMessage: String = ""
    ) {
        self.reason = reason
        self.effect = effect
        self.statement = statement
        self.constraint = constraint
        self.serverMessage = serverMessage
    }

    /// The server's code where it refused the statement, else nil.
    public var sqlState: SQLState? {
        if case .server(let state) = reason { return state }
        return nil
    }

    /// Whether the server rolled the transaction back for another one's sake (class 40: a deadlock, or what could not be
    /// serialised): the same work may be tried anew at once.
    public var isConflict: Bool { sqlState?.codeClass == "40" }

    /// Whether the same work may succeed when tried again on this or a new connection.
    public var isTransient: Bool {
        switch reason {
        case .connectionLost, .deadlinePassed, .poolExhausted, .commitInDoubt: true
        case .server(let state): state.isTransient
        case .cancelled, .closed, .misused, .unexpectedResult, .badConfiguration: false
        }
    }
}

extension PostgresError {
    /// Whether it arose while a connection was being made.
    public var isOfConnecting: Bool { statement == "connect" }

    /// What was said then, as far as it may be told; nil where it may quote the connection string, or came at another time.
    /// See ``ConnectMessage``.
    public var connectMessage: String? { isOfConnecting ? ConnectMessage.told(serverMessage) : nil }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    /// The failure without any data.
    public var description: String {
        var text = "\(statement): \(reasonText)"
        if let constraint { text += " (constraint \(constraint))" }
        if effect == .unknown { text += "; its effect is not known" }
        return text
    }

    /// The failure with the server's message, which may quote row values.
    public var debugDescription: String {
        serverMessage.isEmpty ? description : "\(description): \(serverMessage)"
    }

    private var reasonText: String {
        switch reason {
        case .connectionLost:
            "no connection to Postgres"
                + (connectMessage.map { ": \($0)" } ?? "")
        case .deadlinePassed: "the deadline passed"
        case .cancelled: "cancelled"
        case .poolExhausted: "every connection is busy"
        case .closed: "closed"
        case .misused: "misused by the program"
        case .server(let state):
            "refused by Postgres with SQLSTATE \(state.code)" + (state.trouble.map { " (\($0.rawValue))" } ?? "")
        case .commitInDoubt: "the commit was acknowledged with a warning"
        case .unexpectedResult: "the result has another shape than expected"
        case .badConfiguration: "the connection string cannot be read"
        }
    }
}
