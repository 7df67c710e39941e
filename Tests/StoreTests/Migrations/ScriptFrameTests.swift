import Testing

@testable import Store

struct ScriptFrameTests {
    @Test(arguments: [
        ("BEGIN;\nSELECT 1;\nCOMMIT;\n", "\nSELECT 1;\n\n"),
        ("BEGIN;\nCOMMIT;", "\n"),
        ("-- What.\n\nBEGIN;  \nSELECT 1;\nCOMMIT;\n-- End.\n\n", "-- What.\n\n\nSELECT 1;\n\n-- End.\n\n"),
        ("begin;\r\nSELECT 1;\r\ncommit;\r\n", "\nSELECT 1;\r\n\n"),
    ])
    func `exactly the frame is taken off and lines keep their numbers`(text: String, body: String) throws {
        #expect(try ScriptFrame.strip(text, path: "x.sql", isRequired: true) == body)
        #expect(try ScriptFrame.strip(text, path: "x.sql", isRequired: false) == body)
    }

    @Test func `bytes between the frame stay as they are`() throws {
        let body = "SELECT 'a\r\nb\u{2028}c\td é';\n\n  BEGIN;\n    COMMIT; -- BEGIN;\nEND;"
        #expect(try ScriptFrame.strip("BEGIN;\n\(body)\nCOMMIT;", path: "x.sql", isRequired: true) == "\n\(body)\n")
    }

    @Test(arguments: ["", "SELECT 1;\n", "-- Only a comment.\n"])
    func `a repeatable file needs no frame`(text: String) throws {
        #expect(try ScriptFrame.strip(text, path: "x.sql", isRequired: false) == text)
        #expect(throws: MigrationProblem.frameMissing(path: "x.sql")) {
            try ScriptFrame.strip(text, path: "x.sql", isRequired: true)
        }
    }

    @Test(arguments: [
        "BEGIN;\nSELECT 1;\n", "SELECT 1;\nCOMMIT;\n", "SELECT 1;\nBEGIN;\nCOMMIT;\n", "BEGIN;\nCOMMIT;\nSELECT 1;\n",
        "COMMIT;\nBEGIN;\n", " BEGIN;\nCOMMIT;\n", "BEGIN;\n", "BEGIN;\nROLLBACK;\n", "\u{FEFF}BEGIN;\nCOMMIT;\n",
    ])
    func `half a frame is refused`(text: String) {
        #expect(throws: MigrationProblem.frameMissing(path: "x.sql")) {
            try ScriptFrame.strip(text, path: "x.sql", isRequired: true)
        }
    }

    @Test(arguments: [
        ("BEGIN;\nSELECT 1;\nCOMMIT;\nBEGIN;\nSELECT 2;\nCOMMIT;\n", 3), ("BEGIN;\n\nROLLBACK;\nCOMMIT;\n", 3),
        ("BEGIN;\ncommit; \nCOMMIT;\n", 2),
    ])
    func `a file that would end the transaction in its middle is refused`(text: String, line: Int) {
        #expect(throws: MigrationProblem.frameBroken(path: "x.sql", line: line)) {
            try ScriptFrame.strip(text, path: "x.sql", isRequired: false)
        }
    }
}
