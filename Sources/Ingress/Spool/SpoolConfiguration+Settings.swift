import Runtime

extension SpoolConfiguration {
    /// The word that turns the spool off where it would have a folder.
    static let off = "off"

    /// Reads the settings of the spool; problems are collected in the reader. Nil where there is to be none.
    ///
    /// Without a folder of its own or a state folder there is no spool, rather than one in `/tmp`: on a memory disk that
    /// forgets at a restart, 200 would be a lie.
    ///
    /// - Parameters:
    ///   - body: The longest body that is taken, in bytes: it must fit, or every such webhook would be refused while
    ///     Postgres is away.
    ///   - head: The longest head likewise.
    ///   - direct: The bounds of the group commit's queue, all of which may have to move to the spool at once.
    init?(reading reader: SettingsReader, body: Int, head: Int, direct: GroupCommitConfiguration) {
        let bytesMax = reader.byteCount(.spoolMaxBytes).bytes
        let folder = reader.optionalText(.spoolDirectory) ?? reader.optionalText(.stateDirectory).map { "\($0)/spool" }
        guard let folder, folder != Self.off else { return nil }
        self.init(path: folder, bytesMax: bytesMax)
        // A statement under way at SIGTERM must not outlast the grace.
        drainTimeout = min(drainTimeout, reader.duration(.shutdownGrace) / 4)
        makeRoom(for: direct)
        if !canHold(bodyBytes: body, headBytes: head) {
            reader.problem(
                .spoolMaxBytes,
                "a webhook of \(Setting.maxBodyBytes.name) (\(body) bytes, and a head) must fit into "
                    + "\(Setting.spoolMaxBytes.name) (\(bytesMax) bytes): raise this or lower that.")
        }
    }
}
