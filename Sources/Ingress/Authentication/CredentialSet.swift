import Crypto
import Runtime

/// The keys or tokens a provider may call with, and whose they are. Only their SHA-256 digests are kept.
struct CredentialSet: Sendable {
    private struct Entry {
        var account: String
        var digest: SHA256Digest
    }

    private let entries: [Entry]

    /// Hashes the secrets; the texts are not kept.
    init(_ secrets: [AccountSecret]) {
        entries = secrets.map { secret in
            var text = secret.secret.revealed
            return Entry(
                account: secret.account, digest: text.withUTF8 { SHA256.digest(of: UnsafeRawBufferPointer($0)) })
        }
    }

    /// Whether there is none, which closes the route.
    var isEmpty: Bool { entries.isEmpty }

    /// The account whose secret these bytes are, or nil.
    ///
    /// Takes the same time whichever matches and however much of it: one digest, then a constant-time comparison with
    /// every entry.
    func account(of presented: UnsafeRawBufferPointer) -> String? {
        let digest = SHA256.digest(of: presented)
        var account: String?
        for entry in entries where entry.digest == digest { account = entry.account }
        return account
    }
}

extension SHA256 {
    /// The digest of some bytes.
    static func digest(of bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return hash.finalize()
    }
}

extension CredentialSet: CustomStringConvertible, CustomReflectable {
    /// The number of entries, nothing else.
    var description: String { "\(entries.count) credentials" }

    /// A mirror without children, because the digests of weak keys can be guessed, too.
    var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
