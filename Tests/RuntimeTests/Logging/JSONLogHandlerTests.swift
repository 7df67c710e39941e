import Domain
import Logging
import Testing

@testable import Runtime

@Suite struct JSONLogHandlerTests {
    private let lines = Captured<String>()

    private func logger(level: Logger.Level = .info) -> Logger {
        Logger(
            label: "test",
            factory: { [lines] label in
                JSONLogHandler(
                    label: label, level: level, now: { Timestamp(microseconds: 1_684_593_000_007_999) },
                    write: { lines.append(String(decoding: $0, as: UTF8.self)) })
            })
    }

    private let head = #"{"ts":"2023-05-20T14:30:00.007Z","level":"info","label":"test","message":"#

    @Test func `an event is one line of JSON`() {
        logger().info("two\nlines \"quoted\"")
        #expect(lines.all == [head + #""two\nlines \"quoted\""}"# + "\n"])
    }

    @Test func `metadata is in order, nested and escaped, and the event's wins`() {
        var logger = logger()
        logger[metadataKey: "b"] = "logger"
        logger[metadataKey: "c"] = "kept"
        logger.info("m", metadata: ["b": "event", "a": ["x\"", "y"], "d": ["k": "\(1)"]])
        #expect(
            lines.all == [head + #""m","metadata":{"a":["x\"","y"],"b":"event","c":"kept","d":{"k":"1"}}}"# + "\n"])
    }

    @Test func `below the level nothing is evaluated`() {
        let evaluated = Captured<Int>()
        func message() -> Logger.Message {
            evaluated.append(1)
            return "m"
        }
        logger().debug(message(), metadata: ["a": "\(evaluated.append(2))"])
        #expect(lines.all.isEmpty)
        #expect(evaluated.all.isEmpty)
        logger(level: .debug).debug(message())
        #expect(evaluated.all == [1])
    }

    @Test func `the provider's metadata is written beneath the logger's`() {
        var handler = JSONLogHandler(
            label: "test", level: .info, now: { Timestamp(microseconds: 1_684_593_000_007_999) },
            write: { [lines] in lines.append(String(decoding: $0, as: UTF8.self)) })
        handler.metadataProvider = Logger.MetadataProvider { ["a": "provider", "b": "provider"] }
        handler[metadataKey: "b"] = "logger"
        Logger(label: "test", factory: { _ in handler }).info("m")
        #expect(lines.all == [head + #""m","metadata":{"a":"provider","b":"logger"}}"# + "\n"])
    }

    @Test func `a line is bounded in length and depth`() throws {
        let long = String(repeating: "x", count: 100_000)
        let many = Dictionary(uniqueKeysWithValues: (0..<100).map { ("k\($0)", Logger.MetadataValue.string(long)) })
        logger().info("\(long)", metadata: many)
        let line = try #require(lines.all.first)
        #expect(line.utf8.count < JSONLogHandler.lineBytesMax + 2 * JSONLogHandler.stringBytesMax)
        #expect(line.hasSuffix(#","…":"cut"}}"# + "\n"))

        var nested = Logger.MetadataValue.string("deep")
        for _ in 0..<20 { nested = ["n": nested] }
        logger().info("m", metadata: ["n": nested])
        #expect(lines.all.last == head + #""m","metadata":{"n":{"n":{"n":{"n":"…"}}}}}"# + "\n")
    }
}
