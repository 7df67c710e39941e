@preconcurrency import Glibc

/// The environment of this process, as it stands now.
///
/// Of a variable given twice the first counts; bytes that are not UTF-8 are replaced. Not safe beside `setenv` in
/// another thread: call it at start.
package func processEnvironment() -> [String: String] {
    var values: [String: String] = [:]
    guard var entry = Optional(environ) else { return values }
    while let pointer = entry.pointee {
        let text = String(cString: pointer)
        if let equals = text.firstIndex(of: "=") {
            let name = String(text[..<equals])
            if values[name] == nil { values[name] = String(text[text.index(after: equals)...]) }
        }
        entry += 1
    }
    return values
}
