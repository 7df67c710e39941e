import Glibc

/// Streams the webhooks of one segment's file, holding no more of it than a record and a chunk.
///
/// For one thread at a time.
final class SegmentReader {
    /// Bytes read at a time.
    private static let chunkBytes = 256 << 10
    /// How often in a row the disk may fail to give what it has before that counts as lost: an error may pass, as on a
    /// network's disk, while what counts as lost is set aside, with everything after it in the segment.
    static let triesMax = 60

    /// How far the file may be read: what follows was not acknowledged yet.
    var limit: Int
    /// Bytes of records that were cut off at the end: never acknowledged.
    private(set) var tornBytes = 0
    /// Bytes in which records were, or may have been, that cannot be read any more.
    private(set) var damagedBytes = 0
    /// Whether the disk did not give all of it: nothing after the limit will be read.
    private(set) var isCutShort = false
    /// Where in the file the next record is looked for.
    private(set) var position = 0

    private let descriptor: Int32
    private var parser = SegmentParser()
    private var buffer: [UInt8] = []
    private var bufferStart = 0
    private var zeroBytes = 0
    private let path: String
    private let triesMax: Int
    private var failures = 0

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - limit: How far to read; nil is to the end it has now.
    ///   - triesMax: See ``triesMax``.
    init(path: String, limit: Int? = nil, triesMax: Int = SegmentReader.triesMax) throws(SpoolFailure) {
        self.path = path
        self.triesMax = triesMax
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw SpoolFailure(path: path, errno: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw SpoolFailure(path: path, errno: code)
        }
        self.limit = limit ?? Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// The next webhook; nil where there is none up to the limit.
    ///
    /// - Throws: ``SpoolFailure`` where the disk fails now: to be tried again.
    func next() throws(SpoolFailure) -> IncomingWebhook? {
        while true {
            let isLast = bufferStart + buffer.count >= limit
            let step = buffer.withUnsafeBytes { bytes in
                parser.step(
                    UnsafeRawBufferPointer(rebasing: bytes[(position - bufferStart)...]), isLast: isLast)
            }
            switch step {
            case .more(let needed):
                if try !fill(atLeast: needed) {
                    // The disk gives no more of it: what is left cannot be read, now at least.
                    let end = bufferStart + buffer.count
                    damagedBytes += limit - end
                    limit = end
                    isCutShort = true
                }
            case .header(let isSound):
                if !isSound { damagedBytes += SegmentFormat.headerBytes }
                take(SegmentFormat.headerBytes)
            case .record(let count):
                settleZeros(asDamage: true)
                let start = position - bufferStart
                let webhook = buffer.withUnsafeBytes {
                    IncomingWebhook(
                        payload: UnsafeRawBufferPointer(
                            rebasing: $0[(start + SegmentFormat.prefixBytes)..<(start + count)]))
                }
                take(count)
                if let webhook { return webhook }
                damagedBytes += count
            case .damaged(let count):
                settleZeros(asDamage: true)
                damagedBytes += count
                take(count)
            case .zeros(let count):
                zeroBytes += count
                take(count)
            case .torn(let count):
                settleZeros(asDamage: true)
                tornBytes += count
                take(count)
            case .end:
                settleZeros(asDamage: false)
                return nil
            }
        }
    }

    private func settleZeros(asDamage: Bool) {
        if asDamage { damagedBytes += zeroBytes } else { tornBytes += zeroBytes }
        zeroBytes = 0
    }

    private func take(_ count: Int) {
        position += count
        if position - bufferStart >= Self.chunkBytes || position == bufferStart + buffer.count {
            buffer.removeFirst(position - bufferStart)
            bufferStart = position
        }
    }

    /// Reads on until this many bytes follow the position, or the limit is reached.
    ///
    /// - Returns: whether the disk has all of it.
    private func fill(atLeast needed: Int) throws(SpoolFailure) -> Bool {
        let wanted = min(limit, max(position + needed, bufferStart + buffer.count + Self.chunkBytes))
        let start = bufferStart + buffer.count
        var code: Int32 = 0
        buffer.append(
            contentsOf: [UInt8](unsafeUninitializedCapacity: wanted - start) { target, filled in
                while filled < wanted - start {
                    let count = pread(
                        descriptor, target.baseAddress.map { $0 + filled }, wanted - start - filled,
                        off_t(start + filled))
                    if count < 0, errno == EINTR { continue }
                    if count < 0 { code = errno }
                    guard count > 0 else { return }
                    filled += count
                }
            })
        guard code != 0 else {
            failures = 0
            return bufferStart + buffer.count == wanted
        }
        failures += 1
        guard failures >= triesMax else { throw SpoolFailure(path: path, errno: code) }
        return false
    }
}
