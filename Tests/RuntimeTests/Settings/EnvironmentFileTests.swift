import Testing

@testable import Runtime

@Suite struct EnvironmentFileTests {
    @Test(arguments: [
        ("A=1", ["A": "1"]), ("A=1\nB=2\n", ["A": "1", "B": "2"]), ("A=1\r\nB=2", ["A": "1", "B": "2"]),
        ("  A = x y  ", ["A": "x y"]), ("A=\"x # y\"", ["A": "x # y"]), ("A='x'", ["A": "x"]),
        ("A=\"x'", ["A": "\"x'"]),
        ("A=\"", ["A": "\""]), ("A=b=c", ["A": "b=c"]), ("A=", ["A": ""]), ("# A=1\n\n \n#", [:]),
        ("A=1\nA=2", ["A": "2"]),
        ("A=x # y", ["A": "x # y"]), ("", [:]),
    ])
    func `lines are read`(content: String, expected: [String: String]) {
        let file = EnvironmentFile(parsing: content)
        #expect(file.values == expected)
        #expect(file.malformedLines.isEmpty)
    }

    @Test func `lines that are not KEY=VALUE are told by number`() {
        let file = EnvironmentFile(parsing: "A=1\nnonsense\n\n=2\nexport B=3\nC=4")
        #expect(file.malformedLines == [2, 4, 5])
        #expect(file.values == ["A": "1", "C": "4"])
    }
}
