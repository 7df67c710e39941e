import Testing

@testable import Sandbox

struct BilledSizeTests {
    /// The cases of providers.md §1.8, where NXTele's count is not the handset's.
    @Test(arguments: [
        (String(repeating: "a", count: 160), 1), (String(repeating: "a", count: 161), 2),
        (String(repeating: "a", count: 307), 2), (String(repeating: "a", count: 308), 2),
        (String(repeating: "a", count: 309), 3), (String(repeating: "a", count: 462), 3),
        (String(repeating: "]", count: 80), 1), (String(repeating: "]", count: 153), 2),
        (String(repeating: "中", count: 70), 1), (String(repeating: "中", count: 71), 2),
        (String(repeating: "中", count: 66) + "😀" + String(repeating: "中", count: 66), 2),
        (String(repeating: "中", count: 135), 3), ("", 1), ("naïve", 1),
    ])
    func `parts are counted as NXTele bills them`(text: String, parts: Int) {
        #expect(BilledSize.parts(of: text) == parts)
    }
}
