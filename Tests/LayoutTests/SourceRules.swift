import Foundation

/// What is wrong with a source file, as `path:line: sentence`.
enum SourceRules {
    static let linesMax = 500
    static let mainLinesMax = 60

    /// All rules for one file below `Sources/`.
    ///
    /// - Parameter path: from `Sources/` on: `Domain/Time/Timestamp.swift`.
    static func problems(path: String, text: String) -> [String] {
        let target = String(path.split(separator: "/").first ?? "")
        return importProblems(target: target, path: path, text: text) + lengthProblems(path: path, text: text)
            + wordProblems(path: path, text: text) + accessProblems(target: target, path: path, text: text)
    }

    /// What is public is promised to other packages; only the library promises anything.
    static func accessProblems(target: String, path: String, text: String) -> [String] {
        guard target != "PostgresClient" else { return [] }
        return lines(of: text).filter { $0.line.drop { $0 == " " }.hasPrefix("public ") }.map {
            "\(path):\($0.number): public; only PostgresClient has what other packages may name"
        }
    }

    static func importProblems(target: String, path: String, text: String) -> [String] {
        guard let arrows = Arrows.table[target] else {
            return ["\(path): the target \(target) has no arrows in Arrows.swift"]
        }
        return imports(in: text).filter { !arrows.all.contains($0.module) }.map {
            "\(path):\($0.line): \(target) must not import \($0.module)"
        }
    }

    /// What a target may import and no file of it does.
    static func unusedProblems(target: String, allowed: Set<String>, texts: [String]) -> [String] {
        let used = Set(texts.flatMap { imports(in: $0).map(\.module) })
        return allowed.subtracting(used).sorted().map { "\(target): no file imports \($0)" }
    }

    static func lengthProblems(path: String, text: String) -> [String] {
        // The newline at the end opens no further line.
        let count = text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.hasSuffix("\n") ? 1 : 0)
        if path.hasSuffix("/main.swift") && count >= mainLinesMax {
            return ["\(path): \(count) lines; a main.swift has fewer than \(mainLinesMax)"]
        }
        return count > linesMax ? ["\(path): \(count) lines; \(linesMax) are the most"] : []
    }

    static func wordProblems(path: String, text: String) -> [String] {
        lines(of: text).flatMap { number, line in
            ["try!", "fatalError(", "TODO"].filter(line.contains).map { "\(path):\(number): has \($0)" }
        }
    }

    /// The modules a file imports, whatever stands before or after the word: attributes, access levels, kinds
    /// (`import struct Glibc.stat`), submodules, several on one line. Comments and multi-line strings are left out.
    static func imports(in text: String) -> [(module: String, line: Int)] {
        var found: [(String, Int)] = []
        var commentDepth = 0
        var inString = false
        for (number, line) in lines(of: text) {
            if line.components(separatedBy: "\"\"\"").count.isMultiple(of: 2) {
                inString.toggle()
                continue
            }
            if inString { continue }
            let code = withoutComments(line, depth: &commentDepth)
            for statement in code.split(separator: ";") {
                if let module = module(of: statement) { found.append((module, number)) }
            }
        }
        return found
    }

    private static func module(of statement: Substring) -> String? {
        var words = statement.split { $0 == " " || $0 == "\t" }
        while let word = words.first, word.hasPrefix("@") || accessLevels.contains(word) { words.removeFirst() }
        guard words.first == "import", words.count > 1 else { return nil }
        words.removeFirst()
        if words.count > 1, kinds.contains(words[0]) { words.removeFirst() }
        return words.first?.split(separator: ".").first.map { $0.filter { $0 != "`" } }
    }

    private static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    private static let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor",
    ]

    private static func withoutComments(_ line: Substring, depth: inout Int) -> String {
        var code = ""
        var rest = line
        while !rest.isEmpty {
            if rest.hasPrefix("/*") {
                depth += 1
                rest = rest.dropFirst(2)
            } else if depth > 0 && rest.hasPrefix("*/") {
                depth -= 1
                rest = rest.dropFirst(2)
            } else if depth == 0 && rest.hasPrefix("//") {
                break
            } else {
                if depth == 0 { code.append(rest[rest.startIndex]) }
                rest = rest.dropFirst()
            }
        }
        return code
    }

    private static func lines(of text: String) -> [(number: Int, line: Substring)] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { ($0 + 1, $1) }
    }
}
