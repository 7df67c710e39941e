extension EmbeddedCluster {
    /// The server's size and patience. Given on its command line at each start, so a newer Postroom's values hold.
    package struct Configuration: Sendable {
        /// Connections at once. Defaults to 200.
        var connectionsMax = 200
        /// Shared page cache in MiB. Defaults to 256.
        package var sharedBuffersMebibytes = 256
        /// Log written before a checkpoint is forced, in MiB. Defaults to 4096; a burst is then not slowed by
        /// checkpoints.
        var writeAheadLogMebibytesMax = 4096
        /// Log files kept to be written again, in MiB. Defaults to 512. Making a new one (16 MiB of zeros and a sync)
        /// stops every commit meanwhile.
        var writeAheadLogMebibytesMin = 512
        /// Time until the server must take connections; recovery after a crash falls into it. Defaults to 2 min.
        var startTimeout: Duration = .seconds(120)
        /// Time for the fast shutdown. Defaults to 30 s.
        var stopTimeout: Duration = .seconds(30)

        /// All defaults.
        package init() {}

        func settings(socketFolder: String) -> [(name: String, value: String)] {
            [
                ("listen_addresses", ""),
                ("unix_socket_directories", socketFolder),
                ("unix_socket_permissions", "0700"),
                ("port", "\(SocketFolder.port)"),
                ("max_connections", "\(connectionsMax)"),
                ("shared_buffers", "\(sharedBuffersMebibytes)MB"),
                ("max_wal_size", "\(writeAheadLogMebibytesMax)MB"),
                ("min_wal_size", "\(writeAheadLogMebibytesMin)MB"),
                ("checkpoint_completion_target", "0.9"),
                ("fsync", "on"),
                ("synchronous_commit", "on"),
                ("full_page_writes", "on"),
                ("timezone", "UTC"),
                ("log_timezone", "UTC"),
                ("log_destination", "stderr"),
                ("logging_collector", "off"),
                ("log_line_prefix", "%m [%p] %u@%d "),
                // Parameters and failing rows are webhooks: no body may get into a log (DESIGN section 7).
                ("log_error_verbosity", "terse"),
                ("log_parameter_max_length", "0"),
                ("log_parameter_max_length_on_error", "0"),
                // psql writes its variables into the statement, such as a number that an operator asks about.
                ("log_min_error_statement", "panic"),
                ("cluster_name", "postroom"),
            ]
        }
    }
}
