import Domain
import Logging

/// Writes every event as one line of JSON: `ts` (ISO 8601, UTC), `level`, `label`, `message`, and, if there is any,
/// `metadata` with its keys in order.
///
/// An event below the level costs nothing: swift-log evaluates neither message nor metadata then, and nothing is
/// rendered when metadata is set. A line is bounded; what is cut ends in `…`.
struct JSONLogHandler: LogHandler {
    /// The most bytes of one string that are written.
    static let stringBytesMax = 4_096
    /// From this length on, in bytes, no more metadata is added to a line.
    static let lineBytesMax = 32_768
    /// How deep arrays and dictionaries may be nested.
    static let depthMax = 4

    /// The least severe level that is written.
    var logLevel: Logger.Level
    /// What is written with every event of this logger.
    var metadata: Logger.Metadata = [:]
    /// What is asked for more metadata at every event.
    var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let now: @Sendable () -> Timestamp
    private let write: @Sendable ([UInt8]) -> Void

    /// Makes a handler with a clock and a place to write to, one whole line a call.
    init(
        label: String, level: Logger.Level,
        now: @escaping @Sendable () -> Timestamp = { .now },
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.label = label
        logLevel = level
        self.now = now
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line: [UInt8] = []
        line.reserveCapacity(256)
        line.append(contentsOf: "{\"ts\":\"".utf8)
        // Whole milliseconds, so that all times of a log are of one length.
        line.append(contentsOf: Timestamp(microseconds: now().milliseconds * 1_000).iso8601.utf8)
        line.append(UInt8(ascii: "\""))
        Self.append("level", event.level.rawValue, to: &line)
        Self.append("label", label, to: &line)
        Self.append("message", event.message.description, to: &line)
        if let error = event.error { Self.append("error", "\(error)", to: &line) }
        let metadata = merged(with: event.metadata)
        if !metadata.isEmpty {
            JSONText.appendKey("metadata", to: &line, bytesMax: Self.stringBytesMax)
            Self.append(metadata, depth: 1, to: &line)
        }
        line.append(contentsOf: "}\n".utf8)
        write(line)
    }

    /// What the event says wins over the logger, and the logger over the provider.
    private func merged(with event: Logger.Metadata?) -> Logger.Metadata {
        var merged = metadataProvider?.get() ?? [:]
        merged.merge(metadata) { _, new in new }
        if let event { merged.merge(event) { _, new in new } }
        return merged
    }

    private static func append(_ name: String, _ text: String, to line: inout [UInt8]) {
        JSONText.appendKey(name, to: &line, bytesMax: stringBytesMax)
        JSONText.append(text, to: &line, bytesMax: stringBytesMax)
    }

    private static func append(_ metadata: Logger.Metadata, depth: Int, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "{"))
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            guard line.count < lineBytesMax else {
                append("…", "cut", to: &line)
                break
            }
            JSONText.appendKey(key, to: &line, bytesMax: stringBytesMax)
            append(value, depth: depth, to: &line)
        }
        line.append(UInt8(ascii: "}"))
    }

    private static func append(_ value: Logger.MetadataValue, depth: Int, to line: inout [UInt8]) {
        switch value {
        case .string(let text): JSONText.append(text, to: &line, bytesMax: stringBytesMax)
        case .stringConvertible(let value): JSONText.append(value.description, to: &line, bytesMax: stringBytesMax)
        case .dictionary where depth >= depthMax, .array where depth >= depthMax:
            JSONText.append("…", to: &line, bytesMax: stringBytesMax)
        case .dictionary(let metadata): append(metadata, depth: depth + 1, to: &line)
        case .array(let values):
            line.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                guard line.count < lineBytesMax else {
                    JSONText.append("…", to: &line, bytesMax: stringBytesMax)
                    break
                }
                append(value, depth: depth + 1, to: &line)
            }
            line.append(UInt8(ascii: "]"))
        }
    }
}
