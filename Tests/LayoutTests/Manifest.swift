import Foundation

/// The targets of Package.swift, as far as their arrows go.
struct Manifest {
    struct Target {
        let name: String
        /// The folder of its sources, from the top.
        let folder: String
        /// Targets and products it depends on.
        let dependencies: Set<String>
    }

    let targets: [Target]

    /// Reads a manifest's text: declarations of targets in plain literals, as ours is written.
    init(_ text: String) {
        let declaration = /\.(target|executableTarget|testTarget|systemLibrary)\(\s*name: "([^"]+)"/
        let starts = text.matches(of: declaration)
        targets = starts.enumerated().map { place, start in
            let end = place + 1 < starts.count ? starts[place + 1].range.lowerBound : text.endIndex
            let body = text[start.range.upperBound..<end]
            let name = String(start.output.2)
            let base = start.output.1 == "testTarget" ? "Tests" : "Sources"
            return Target(
                name: name,
                folder: body.firstMatch(of: /path: "([^"]+)"/).map { String($0.output.1) } ?? "\(base)/\(name)",
                dependencies: Self.dependencies(body))
        }
    }

    private static func dependencies(_ body: Substring) -> Set<String> {
        guard let list = body.firstMatch(of: /dependencies: \[([^\]]*)\]/)?.output.1 else { return [] }
        let products = list.matches(of: /\.product\(name: "([^"]+)", package: "[^"]+"\)/).map { String($0.output.1) }
        let siblings = list.replacing(/\.product\([^)]*\)/, with: "").matches(of: /"([^"]+)"/).map {
            String($0.output.1)
        }
        return Set(products + siblings)
    }
}
