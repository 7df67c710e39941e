import Runtime

extension SpoolConfiguration {
    /// The word that turns the spool off where it would have a folder.
    static let off = "off"

    /// Reads the spool's settings; nil where there is to be none.
    ///
    /// | key | type | default |
    /// |---|---|---|
    /// | `POSTROOM_SPOOL_DIR` | path, or `off` | `spool` in `POSTROOM_STATE_DIR`; none where that is unset |
    /// | `POSTROOM_SPOOL_MAX_BYTES` | bytes | 1 GiB |
    ///
    /// Without either folder there is no spool, rather than one in `/tmp`: a memory disk that forgets at a restart would
    /// make the promise behind 200 a lie.
    init?(reading reader: SettingsReader) {
        let bytesMax = reader.byteCount(.spoolMaxBytes).bytes
        let folder = reader.optionalText(.spoolDirectory) ?? reader.optionalText(.stateDirectory).map { "\($0)/spool" }
        guard let folder, folder != Self.off else { return nil }
        self.init(path: folder, bytesMax: bytesMax)
        // A statement under way at SIGTERM must not outlast the grace.
        drainTimeout = min(drainTimeout, reader.duration(.shutdownGrace) / 4)
    }
}
