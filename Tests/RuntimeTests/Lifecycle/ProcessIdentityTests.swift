import Domain
import Glibc
import TestSupport
import Testing

@testable import Runtime

@Suite struct ProcessIdentityTests {
    @Test func `two starts are two identities`() {
        #expect(ProcessIdentity.thisProcess("a").id != ProcessIdentity.thisProcess("a").id)
    }

    @Test func `an identity names this process`() {
        var random = SeededGenerator(seed: 3)
        var same = SeededGenerator(seed: 3)
        let identity = ProcessIdentity.thisProcess("postroom-ingress", random: &random)
        #expect(identity.id == UInt128(same.next()) << 64 | UInt128(same.next()))
        #expect(identity.executable == "postroom-ingress")
        #expect(identity.version == postroomVersion)
        #expect(identity.pid == getpid())
        #expect(!identity.host.isEmpty && !identity.host.contains("\u{0}"))
        let now = Int64(time(nil)) * 1_000_000
        #expect(abs(identity.startedAt.microseconds - now) < 60_000_000)
    }
}
