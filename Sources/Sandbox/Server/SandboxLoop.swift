import Domain
import NIOCore

/// The sandbox's shell on its event loop: performs what ``SandboxState`` decides. Nothing here is locked.
final class SandboxLoop {
    let loop: any EventLoop
    let configuration: SandboxConfiguration
    var state: SandboxState

    let now: @Sendable () -> Timestamp
    let log: AcceptLog?
    let receipts: ReceiptSender
    private var connections: [ObjectIdentifier: any Channel] = [:]
    var callsWaiting = 0
    private var isStopped = false

    init(
        _ configuration: SandboxConfiguration, log: AcceptLog?, loop: any EventLoop,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.configuration = configuration
        self.log = log
        self.loop = loop
        self.now = now
        receipts = ReceiptSender(loop: loop, limits: configuration.receipts)
        state = SandboxState(
            script: configuration.script, seed: configuration.seed,
            idSalt: configuration.idSalt ?? UInt64(bitPattern: now().microseconds),
            recordsMax: configuration.recordsMax,
            phonesMax: configuration.phonesMax)
    }

    /// Counts a connection; false if there is no room for it.
    func add(_ channel: any Channel) -> Bool {
        guard !isStopped, connections.count < configuration.connectionsMax else { return false }
        connections[ObjectIdentifier(channel)] = channel
        return true
    }

    /// A connection has ended.
    func remove(_ channel: any Channel) {
        connections[ObjectIdentifier(channel)] = nil
    }

    /// Ends all connections. Calls that wait for their answers get none; the log has what was accepted.
    func stop() {
        isStopped = true
        receipts.close()
        for channel in Array(connections.values) { channel.close(promise: nil) }
    }

    /// Answers a request; `reply` is called once, later or at once.
    func handle(_ request: SandboxRequest, _ reply: @escaping (SandboxReply) -> Void) {
        guard let route = SandboxRoute(path: request.path) else { return reply(.text(status: 404, "no such path")) }
        guard route.methods.contains(request.method) else { return reply(.text(status: 405, "another method")) }
        switch route {
        case .sendForm: sendForm(request, reply)
        case .sendSigned: sendSigned(request, reply)
        case .record: reply(.json(record(request)))
        case .dayList: reply(.json(dayList(request)))
        case .commonBalance: reply(.json(commonBalance(request)))
        case .customerBalance: reply(.json(customerBalance(request)))
        case .accepted:
            let lines = state.accepted.flatMap(\.logLine)
            reply(.http(status: 200, contentType: "application/x-ndjson", body: lines))
        case .counts: reply(.json(state.counts.json))
        case .script: reply(script(request))
        }
    }

    /// The provider's clock for signatures.
    var clock: Timestamp { now() + state.script.clockAhead }

    private func script(_ request: SandboxRequest) -> SandboxReply {
        guard request.method == .POST else { return .text(status: 200, state.script.description) }
        do {
            state.script = try SandboxScript(String(decoding: request.body, as: UTF8.self))
            return .text(status: 200, state.script.description)
        } catch {
            return .text(status: 400, error.description)
        }
    }
}
