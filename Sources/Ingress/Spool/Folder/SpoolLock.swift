import Glibc

/// The lock of a spool's folder; let go when this goes, or the process dies.
final class SpoolLock: Sendable {
    private let descriptor: Int32

    /// Whose folder it is, where that is known.
    var origin: SpoolOrigin? { SpoolOrigin(descriptor: descriptor) }

    /// Says whose folder it is.
    func name(_ origin: SpoolOrigin) { origin.write(to: descriptor) }

    /// Takes over the descriptor that holds it.
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
}
