import Glibc
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
    /// Ten thousand connections that want nothing, or say it a byte at a time.
    @Suite struct CrowdTests {
        private static let crowd = 10_000
        /// Files of this process beside the crowd's.
        private static let otherFiles = 1_000
        private static let calls = 300
        /// Of the calls that may wait longer for their connection than Onoff would: a first packet that was dropped is sent
        /// again after just that second, and Onoff calls again.
        private static let lateShareMax = 0.01
        private static let timeMax = Duration.seconds(180)

        @Test func `webhooks get through within Onoff's limits while ten thousand connections idle and dribble`()
            async throws
        {
            let limit = raiseFileLimit()
            try #require(limit >= Self.crowd + Self.otherFiles, "the system allows this process only \(limit) files")
            try await withStack { stack, database in
                let ingress = try await stack.ingress()
                let crowd = Crowd(port: ingress.port, count: Self.crowd)
                try await eventually(within: .seconds(60), "the crowd is there") { crowd.opened >= Self.crowd }
                let times = await onThread {
                    // As Onoff may: each call on a connection of its own.
                    var slowest = (connect: Duration.zero, answer: Duration.zero)
                    var stored = 0
                    var late = 0
                    var failure: String?
                    // Goes on until the ingress has ended the first of the crowd for its silence, and it is back.
                    let clock = ContinuousClock()
                    let end = clock.now + Self.timeMax
                    while clock.now < end, stored < Self.calls || crowd.opened < Self.crowd * 2 {
                        let begun = clock.now
                        guard let connection = KeptConnection(port: ingress.port) else {
                            failure = "not connected: \(String(cString: strerror(errno)))"
                            break
                        }
                        let connecting = begun.duration(to: clock.now)
                        slowest.connect = max(slowest.connect, connecting)
                        if connecting >= .seconds(1) { late += 1 }
                        let connected = clock.now
                        let answer = connection.exchange(Access.onoff(id: "mark-0-\(stored)-end", text: ""))
                        guard answer?.status == 200 else {
                            let status = answer.map { "\($0.status)" } ?? "no answer"
                            failure = "\(status) after \(connected.duration(to: clock.now))"
                            break
                        }
                        slowest.answer = max(slowest.answer, connected.duration(to: clock.now))
                        stored += 1
                        usleep(5_000)  // a caller among others, not a load
                    }
                    return (slowest: slowest, stored: stored, late: late, failure: failure)
                }
                let ended = crowd.ended
                crowd.stop()
                print(
                    "Beside \(Self.crowd) idle connections (\(ended) ended and opened anew): \(times.stored) webhooks, "
                        + "slowest connect \(times.slowest.connect), slowest answer \(times.slowest.answer)")
                #expect(times.failure == nil, "\(ingress.process.log)")
                #expect(times.stored >= Self.calls)
                #expect(Double(times.late) <= Double(times.stored) * Self.lateShareMax, "\(times.late) late")
                #expect(crowd.opened >= Self.crowd * 2)
                #expect(times.slowest.answer < .seconds(10))
                #expect(try await database.sql("SELECT count(*) FROM inbox.webhook") == ["\(times.stored)"])
                #expect(await ingress.process.terminate() == .code(0))
            }
        }
    }
}

/// Connections from several addresses, every other of which sends a byte of a request a second; who is thrown out comes
/// again.
private final class Crowd: Sendable {
    private static let request = Access.onoff(id: String(repeating: "a", count: 200), text: "")
    private static let addresses = 4

    private let isStopped = Atomic(false)
    private let openedCount = Atomic(0)
    private let endedCount = Atomic(0)

    /// Connections opened so far, those that came again included.
    var opened: Int { openedCount.load(ordering: .relaxed) }
    /// Connections the server has ended.
    var ended: Int { endedCount.load(ordering: .relaxed) }

    init(port: UInt16, count: Int) {
        Task { await onThread { self.run(port: port, count: count) } }
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    private func run(port: UInt16, count: Int) {
        var connections = (0..<count).map { open($0, port) }
        var turn = 0
        var buffer = [UInt8](repeating: 0, count: 512)
        while !isStopped.load(ordering: .relaxed) {
            for place in connections.indices {
                let descriptor = connections[place]
                if !place.isMultiple(of: 2) {
                    let byte = Self.request[turn % Self.request.count]
                    withUnsafeBytes(of: byte) { _ = send(descriptor, $0.baseAddress, 1, Int32(MSG_NOSIGNAL)) }
                }
                let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                if count >= 0 || errno != EAGAIN {
                    close(descriptor)
                    endedCount.add(1, ordering: .relaxed)
                    connections[place] = open(place, port)
                }
            }
            turn += 1
            usleep(1_000_000)  // the rhythm of their dribbling
        }
        for descriptor in connections { close(descriptor) }
    }

    private func open(_ place: Int, _ port: UInt16) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        func call(_ host: UInt32, _ port: UInt16, _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32)
            -> Bool
        {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = host.bigEndian
            return withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
        }
        if call(0x7F00_0002 + UInt32(place % Self.addresses), 0, bind), call(0x7F00_0001, port, connect) {
            openedCount.add(1, ordering: .relaxed)
        }
        return descriptor
    }
}
