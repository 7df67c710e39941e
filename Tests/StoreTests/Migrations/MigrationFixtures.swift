import Store

/// A numbered file that does what numbered files must.
func numbered(_ number: Int, _ name: String, checksum: String? = nil, _ body: String = "") -> MigrationSource {
    let digits = String(number)
    let path = String(repeating: "0", count: max(4 - digits.count, 0)) + digits + "_\(name).sql"
    return MigrationSource(path: path, text: "BEGIN;\n\(body)\nCOMMIT;\n", checksum: checksum ?? "sum-\(number)")
}

/// A repeatable file.
func repeatable(_ path: String, checksum: String? = nil) -> MigrationSource {
    MigrationSource(path: path, text: "SELECT 1;\n", checksum: checksum ?? "sum-\(path)")
}
