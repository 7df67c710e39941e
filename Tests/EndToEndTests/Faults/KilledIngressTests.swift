import Glibc
import TestSupport
import Testing

extension EndToEnd {
    /// Ingresses behind a real HAProxy are killed under load, each while the other one works.
    @Suite struct KilledIngressTests {
        /// Times that each is killed: a request is under way in most of them.
        private static let rounds = 3

        @Test func `an ingress that is killed behind the balancer costs Onoff no error, and nobody what was answered`()
            async throws
        {
            try await withStack { stack, database in
                let haproxy = try TestHAProxy()
                var running: [TestProcess] = []
                for place in haproxy.ingresses { running.append(try await stack.ingress(at: place)) }
                let worker = try await stack.worker()
                let balancer = try await haproxy.start(stack.processes, folder: stack.folder)
                try await eventually("HAProxy lets webhooks through") {
                    await Sender(ports: [haproxy.httpPort], connections: 1)
                        .send([Access.onoff(id: "first", text: "")]) == [200]
                }
                let onoff = Load(port: haproxy.httpPort, connections: 8) { Access.onoff(id: $0, text: "") }
                let nxtele = Load(port: haproxy.rawPort, connections: 4, firstThread: 8) {
                    Access.rawSpaceReceipt(id: $0)
                }
                func flows(_ what: String) async throws {
                    let before = (onoff.sofar.stored.count, nxtele.sofar.stored.count)
                    try await eventually(within: .seconds(60), "webhooks come in at both doors \(what)") {
                        onoff.sofar.stored.count > before.0 + 100 && nxtele.sofar.stored.count > before.1 + 100
                    }
                }
                for _ in 0..<Self.rounds {
                    for (number, place) in haproxy.ingresses.enumerated() {
                        try await flows("before ingress \(number) is killed")
                        await running[number].kill()
                        try await flows("while ingress \(number) is gone")
                        running[number] = try await stack.ingress(at: place)
                        try await haproxy.expectUsed(number)
                    }
                }
                let end = await running[0].terminate()
                #expect(end == .code(0), "\(running[0].log)")
                try await flows("after ingress 0 was drained")

                let records = [await onoff.stop(), await nxtele.stop()]
                for record in records { #expect(record.strange == [] && record.refused == 0, "\(balancer.log)") }
                // Nothing stands between NXTele's connection and the process: what was under way is cut, and not answered.
                #expect(records[0].broken == 0, "\(balancer.log)")
                // What the dying ingress had stored, and not answered, HAProxy gave to the other one as well.
                let once = Set(records[1].stored)
                try await expectAllInTheEnd(
                    records.flatMap(\.stored), url: database.url, mayRepeat: { !once.contains($0) })
                #expect(await worker.terminate() == .code(0), "\(worker.log)")
            }
        }
    }
}
