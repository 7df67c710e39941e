import Dispatch
import TestSupport
import Testing

@testable import Runtime

@Suite struct LogLinesTests {
    private let written = Captured<String>()

    @Test func `lines are written in order, whoever waits for them finds them written`() throws {
        let started = LogLines.start(
            write: { [written] in written.append(String(decoding: $0, as: UTF8.self)) }, reportDropped: { _ in })
        let lines = try #require(started)
        for number in 0..<1_000 { lines.add(Array("\(number)".utf8)) }
        lines.flush(within: .seconds(60))
        #expect(written.all == (0..<1_000).map { "\($0)" })
    }

    @Test(arguments: [(3, 1_000), (1_000, 3)])
    func `where nobody reads nobody waits, and once somebody does the log says where lines are missing`(
        linesMax: Int, bytesMax: Int
    ) async throws {
        let begun = Captured<Void>()
        let door = DispatchSemaphore(value: 0)
        let started = LogLines.start(
            linesMax: linesMax, bytesMax: bytesMax,
            write: { [written] line in
                begun.append(())
                door.wait()
                door.signal()
                written.append(String(decoding: line, as: UTF8.self))
            },
            reportDropped: { [written] in written.append("\($0) dropped") })
        let lines = try #require(started)
        func add(_ texts: String...) {
            for text in texts { lines.add(Array(text.utf8)) }
        }
        add("a")
        try await eventually("the first is being written") { begun.all.count == 1 }
        add("b", "c", "d", "e", "f")
        lines.flush(within: .milliseconds(1))
        #expect(written.all.isEmpty)
        door.signal()
        lines.flush(within: .seconds(60))
        #expect(written.all == ["a", "b", "c", "d", "2 dropped"])
        add("g")
        lines.flush(within: .seconds(60))
        #expect(written.all.last == "g")
    }
}
