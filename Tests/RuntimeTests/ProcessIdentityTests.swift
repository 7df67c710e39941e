import Glibc
import Runtime
import Testing

@Suite struct ProcessIdentityTests {
    @Test func `two starts are two identities`() {
        #expect(ProcessIdentity(executable: "a").id != ProcessIdentity(executable: "a").id)
    }

    @Test func `an identity names this process`() {
        var random = SplitMix64(seed: 3)
        var same = SplitMix64(seed: 3)
        let identity = ProcessIdentity(executable: "postroom-ingress", random: &random)
        #expect(identity.id == UInt128(same.next()) << 64 | UInt128(same.next()))
        #expect(identity.executable == "postroom-ingress")
        #expect(identity.version == postroomVersion)
        #expect(identity.pid == getpid())
        #expect(!identity.host.isEmpty && !identity.host.contains("\u{0}"))
        let now = Int64(time(nil)) * 1_000_000
        #expect(abs(identity.startedAtMicroseconds - now) < 60_000_000)
    }
}
