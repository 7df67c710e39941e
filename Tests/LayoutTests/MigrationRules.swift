/// What is wrong with the numbered files of `sql/`.
enum MigrationRules {
    /// - Parameter files: name and text of every `.sql` file directly in `sql/`.
    static func problems(_ files: [(name: String, text: String)]) -> [String] {
        let numbered = files.filter { $0.name.first?.isNumber == true }.sorted { $0.name < $1.name }
        var problems: [String] = []
        for (index, file) in numbered.enumerated() {
            let digits = file.name.prefix(while: \.isNumber)
            if digits.count != 4 || !file.name.dropFirst(4).hasPrefix("_") {
                problems.append("\(file.name): a name is NNNN_subject.sql")
            } else if Int(digits) != index + 1 {
                problems.append("\(file.name): the number after \(index) is \(index + 1)")
            }
            let statements = statementLines(file.text)
            if statements.first != "BEGIN;" { problems.append("\(file.name): does not begin with BEGIN;") }
            if statements.last != "COMMIT;" { problems.append("\(file.name): does not end with COMMIT;") }
        }
        return problems
    }

    private static func statementLines(_ text: String) -> [Substring] {
        text.split(separator: "\n").map { $0.prefix { $0 != "\r" } }.filter { line in
            !line.hasPrefix("--") && line.contains { $0 != " " && $0 != "\t" }
        }
    }
}
