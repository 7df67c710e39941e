import Foundation

/// The most memory a process has had resident so far, in MB (proc(5), VmHWM); 0 where it cannot be read.
func residentMegabytesMax(pid: Int32) -> Double {
    guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let kibibytes = Double(line.split(separator: " ", omittingEmptySubsequences: true).dropFirst().first ?? "")
    else { return 0 }
    return kibibytes * 1024 / 1_000_000
}
