/// The bounds of a spool.
struct SpoolConfiguration: Sendable {
    /// The folder; one ingress's own.
    var path: String
    /// What all its files together may take, in bytes.
    var bytesMax: Int
    /// Free bytes below which the spool already counts as full for readiness: room for one large webhook or many small
    /// ones. 1 MiB, or a quarter of all where that is less.
    var roomMin: Int { min(1 << 20, bytesMax / 4) }
    /// The size at which a segment is ended, in bytes; room comes back a segment at a time. 16 MiB, or an eighth
    /// of all where that is less.
    var segmentBytesMax: Int

    /// Webhooks that wait to be written at most; in an ingress what ``makeRoom(for:)`` says.
    var pendingItemsMax = 20_000
    /// Bytes of webhooks that wait at most, likewise.
    var pendingBytesMax = 16 << 20
    /// Webhooks in one write and flush at most.
    var groupItemsMax = 1_000
    /// Bytes of webhooks in one write and flush at most.
    static let groupBytesMax = 4 << 20
    /// How long one write and flush may take before the disk counts as hanging.
    var writeTimeMax = Duration.seconds(5)
    /// How long the writer waits for webhooks before it checks its files, and how soon after a failed write the next is
    /// tried.
    var tickInterval = Duration.milliseconds(500)

    /// Webhooks in one statement of the drain at most.
    var drainItemsMax = 500
    /// Bytes of webhooks in one statement of the drain at most.
    static let drainBytesMax = 2 << 20
    /// How long one statement of the drain may take.
    var drainTimeout = Duration.seconds(10)
    /// How fast and how busily it drains.
    var pace = DrainPace()

    /// Makes the bounds of a folder of this size.
    init(path: String, bytesMax: Int) {
        self.path = path
        self.bytesMax = bytesMax
        segmentBytesMax = min(16 << 20, bytesMax / 8)
    }

    /// Raises the bounds of what waits to be written so that, when Postgres goes away, all that waits for it and the
    /// batch under way fit, and as much again that comes meanwhile: otherwise webhooks would be refused although the
    /// disk works.
    mutating func makeRoom(for direct: GroupCommitConfiguration) {
        pendingItemsMax = max(
            pendingItemsMax, 2 * (direct.pendingItemsMax + GroupCommitConfiguration.batchItemsMax))
        pendingBytesMax = max(
            pendingBytesMax, 2 * (GroupCommitConfiguration.pendingBytesMax + GroupCommitConfiguration.batchBytesMax))
    }

    /// Bytes of a record beside head and body: its prefix, the segment's header, the lengths and the short texts.
    private static let recordBytes = 1_024

    /// Whether a webhook with the longest body and head fits into the spool at all.
    func canHold(bodyBytes: Int, headBytes: Int) -> Bool {
        let webhook = bodyBytes + headBytes
        return webhook <= pendingBytesMax && webhook + Self.recordBytes <= bytesMax
    }
}
