import CLibpq

extension Connection {
    /// Connects to the first host of the list that answers as asked, and of a host's addresses to the first that does.
    ///
    /// - Parameter deadline: ends the attempt; each host gets at most its own time-out and an equal share of what is
    ///   left.
    /// - Throws: ``PostgresError`` with the reason of the last host that was tried; no effect.
    public static func open(
        _ configuration: ConnectionConfiguration, deadline: Deadline
    ) throws(PostgresError) -> Connection {
        let hosts = try Hosts(configuration)
        func open(
            _ parameters: [(keyword: String, value: String)], deadline: Deadline
        ) throws(PostgresError) -> Connection {
            let connection = try Self.open(parameters, deadline: deadline)
            if hosts.mustBePrimary { try connection.refuseStandby(deadline: deadline) }
            return connection
        }
        return try first(of: hosts.candidates, until: deadline) { host, share throws(PostgresError) in
            let share = min(share, .in(configuration.hostTimeout))
            guard let name = host.name else { return try open(host.parameters, deadline: share) }
            let addresses = try HostLookup.addresses(of: name, until: share)
            return try first(of: addresses, until: share) { address, share throws(PostgresError) in
                try open(host.parameters + [(keyword: "hostaddr", value: address)], deadline: share)
            }
        }
    }

    /// The first that opens; each gets an equal share of the time left, because a host that answers nothing must leave
    /// time for the others.
    private static func first<Place>(
        of places: [Place], until deadline: Deadline,
        open: (Place, Deadline) throws(PostgresError) -> Connection
    ) throws(PostgresError) -> Connection {
        var failure = PostgresError(.connectionLost, statement: "connect")
        for (index, place) in places.enumerated() {
            if deadline.hasPassed { break }
            do {
                return try open(place, .in(deadline.remaining / (places.count - index)))
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private static func open(
        _ parameters: [(keyword: String, value: String)], deadline: Deadline
    ) throws(PostgresError) -> Connection {
        let keywords = CStrings(parameters.map(\.keyword))
        let values = CStrings(parameters.map(\.value))
        // libpq copies them; until it has, both must live.
        let started = withExtendedLifetime((keywords, values)) {
            PQconnectStartParams(keywords.pointers, values.pointers, 0)
        }
        guard let raw = started else {
            throw PostgresError(.connectionLost, statement: "connect")
        }
        // What the server warns of as it lets us in.
        Notices.detach(from: raw)
        var state = PGRES_POLLING_WRITING
        while true {
            if PQstatus(raw) == CONNECTION_BAD || state == PGRES_POLLING_FAILED {
                let message = String(cString: PQerrorMessage(raw))
                PQfinish(raw)
                throw PostgresError(.connectionLost, statement: "connect", serverMessage: message)
            }
            if state == PGRES_POLLING_OK { break }
            let reads = state == PGRES_POLLING_READING
            guard Socket.wait(raw, forReading: reads, forWriting: !reads, until: deadline) == .ready else {
                PQfinish(raw)
                throw PostgresError(.deadlinePassed, statement: "connect")
            }
            state = PQconnectPoll(raw)
        }
        PQsetnonblocking(raw, 1)
        return Connection(raw)
    }
}
