import Operations
import Synchronization

/// Below those that the kernel gives to outgoing connections, of which one could take it before it is used.
private let candidates: ClosedRange<UInt16> = 15_000...31_999
private let triesMax = 1_000
private let given = Mutex<Set<UInt16>>([])

/// A loopback port that was free just now, and that nobody else of this process is given.
package func freePort() throws -> UInt16 {
    for _ in 0..<triesMax {
        let port = UInt16.random(in: candidates)
        guard given.withLock({ $0.insert(port).inserted }), (try? LocalPort.check(port: port)) != nil else { continue }
        return port
    }
    throw TestSupportFailure("no free port in \(triesMax) tries")
}
