import Domain
import NIOCore
import Runtime

/// What the connections of one event loop share; used on that loop only, so nothing here is locked.
final class LoopContext {
    let configuration: IngressConfiguration
    let admission: Admission
    let framingLimits: RequestFraming.Limits
    let repairable: RepairablePaths
    let sink: any WebhookSink
    let metrics: IngressMetrics
    let answers = AnswerTable()
    /// A connection looks at its deadline at least this often. Every timeout is at least as long, so no look comes too
    /// late for a deadline.
    let deadlineCheckInterval: TimeAmount

    private let now: @Sendable () -> Timestamp
    private var random = RandomWords()
    private let unfinishedHeadBytesMax: Int
    private var unfinishedHeadBytes = 0
    private let unfinishedBodyBytesMax: Int
    private var unfinishedBodyBytes = 0
    private var connections: [ObjectIdentifier: RequestFramer] = [:]
    /// Whether the shutdown has begun: no connection is used for another request.
    private(set) var isDraining = false

    /// Makes the context of one of `loops` event loops.
    init(
        _ configuration: IngressConfiguration, sink: any WebhookSink, metrics: IngressMetrics, loops: Int = 1,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.configuration = configuration
        self.sink = sink
        self.metrics = metrics
        self.now = now
        admission = Admission(configuration)
        repairable = admission.routes.repairable
        framingLimits = RequestFraming.Limits(
            requestLineBytesMax: IngressConfiguration.requestLineBytesMax, headBytesMax: configuration.headBytesMax)
        deadlineCheckInterval = min(configuration.headTimeout, configuration.bodyTimeout, configuration.idleTimeout)
        unfinishedHeadBytesMax = max(configuration.headBytesMax, configuration.unfinishedHeadBytesMax / loops)
        unfinishedBodyBytesMax = max(configuration.bodyBytesMax, configuration.unfinishedBodyBytesMax / loops)
    }

    /// A new id, of now.
    func makeID() -> WebhookID {
        WebhookID(at: now(), random: (random.next(), random.next()))
    }

    /// Takes room for more of what is held before a head is complete; false if there is none left. Less gives room
    /// back.
    func reserve(unfinishedHeadBytes count: Int) -> Bool {
        guard count <= 0 || unfinishedHeadBytes + count <= unfinishedHeadBytesMax else { return false }
        unfinishedHeadBytes += count
        return true
    }

    /// Gives the room back.
    func release(unfinishedHeadBytes count: Int) {
        unfinishedHeadBytes -= count
    }

    /// Takes room for a body that will come in parts; false if there is none left.
    func reserve(unfinishedBodyBytes count: Int) -> Bool {
        guard unfinishedBodyBytes + count <= unfinishedBodyBytesMax else { return false }
        unfinishedBodyBytes += count
        return true
    }

    /// Gives the room back.
    func release(unfinishedBodyBytes count: Int) {
        unfinishedBodyBytes -= count
    }

    /// A connection has begun.
    func add(_ connection: RequestFramer) {
        connections[ObjectIdentifier(connection)] = connection
    }

    /// A connection has ended.
    func remove(_ connection: RequestFramer) {
        connections[ObjectIdentifier(connection)] = nil
    }

    /// Begins the shutdown of this loop's connections: idle ones are closed, the others after their next answer.
    ///
    /// - Returns: What completes as they end.
    func drain() -> [EventLoopFuture<Void>] {
        isDraining = true
        let open = Array(connections.values)
        let ends = open.compactMap(\.closeFuture)
        for connection in open { connection.drain() }
        return ends
    }

    /// Closes what is still open, answered or not.
    func closeAll() {
        for connection in Array(connections.values) { connection.close() }
    }
}
