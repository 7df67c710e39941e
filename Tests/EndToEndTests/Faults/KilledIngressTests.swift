import Glibc
import TestSupport
import Testing

extension EndToEnd {
    /// Ingresses behind a real HAProxy are killed and drained under load, each while the other one works.
    @Suite struct KilledIngressTests {
        @Test func `an ingress that is killed behind the balancer costs Onoff no error, and nobody what was answered`()
            async throws
        {
            try await withStack { stack, database in
                let haproxy = try TestHAProxy(isPatient: true)
                var running: [TestProcess] = []
                for place in haproxy.ingresses { running.append(try await stack.ingress(at: place)) }
                let worker = try await stack.worker()
                let balancer = try await haproxy.start(stack.processes, folder: stack.folder)
                try await eventually("HAProxy lets webhooks through") {
                    await Sender(ports: [haproxy.httpPort], connections: 1)
                        .send([Access.onoff(id: "first", text: "")]) == [200]
                }
                for place in 0..<2 { try await haproxy.expectUsed(place) }
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
                // One as it works, at any point of it; one that has surely requests of both doors on its hands.
                for (place, isBusy) in [(0, false), (1, true)] {
                    try await flows("before ingress \(place) is killed")
                    if isBusy {
                        running[place].signal(SIGSTOP)
                        try await haproxy.expectBusy(place)
                    }
                    await running[place].kill()
                    try await flows("while ingress \(place) is gone")
                    running[place] = try await stack.ingress(at: haproxy.ingresses[place])
                    try await haproxy.expectUsed(place)
                }
                let end = await running[0].terminate()
                #expect(end == .code(0), "\(running[0].log)")
                try await flows("after ingress 0 was drained")

                let records = [await onoff.stop(), await nxtele.stop()]
                for record in records { #expect(record.strange == [] && record.refused == 0, "\(balancer.log)") }
                // What was under way to the dying one at the door of NXTele is cut, and not answered: nobody there can read it.
                #expect(records[0].broken == 0, "\(balancer.log)")
                // What the dying one had stored, and not answered, HAProxy gave to the other one as well.
                let once = Set(records[1].stored)
                try await expectAllInTheEnd(
                    records.flatMap(\.stored), url: database.url, mayRepeat: { !once.contains($0) })
                #expect(await worker.terminate() == .code(0), "\(worker.log)")
            }
        }
    }
}
