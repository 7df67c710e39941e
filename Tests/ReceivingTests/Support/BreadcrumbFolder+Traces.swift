import Foundation

@testable import Receiving

/// What dead processes leave in a state folder, written and read past the files' locks: one of this process's own would be
/// inherited by a child that another test starts just then, until its exec, and look like a living owner's.
extension BreadcrumbFolder {
    /// Leaves traces without an owner in the file of this number.
    func leave(_ leftovers: [BreadcrumbFile.Leftover], in number: Int = 0) throws {
        var cells = [Int64](repeating: 0, count: BreadcrumbFile.places)
        for (place, leftover) in leftovers.enumerated() { cells[place] = leftover.cell }
        try Data(cells.withUnsafeBytes { Array($0) }).write(to: URL(fileURLWithPath: "\(path)/parsing-\(number)"))
    }

    /// The traces in all files.
    var leftovers: [BreadcrumbFile.Leftover] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: path).sorted().flatMap { name in
                try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")).withUnsafeBytes { bytes in
                    bytes.bindMemory(to: Int64.self).compactMap { BreadcrumbFile.Leftover(cell: $0) }
                }
            }
        }
    }
}
