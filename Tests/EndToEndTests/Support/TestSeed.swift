import Foundation

/// The seed of what is left to chance, printed so that `POSTROOM_TEST_SEED` can bring it back.
func testSeed(_ what: String) -> UInt64 {
    let given = ProcessInfo.processInfo.environment["POSTROOM_TEST_SEED"].flatMap(UInt64.init)
    let seed = given ?? UInt64.random(in: 0...UInt64.max)
    print("The \(what)'s seed is \(seed); POSTROOM_TEST_SEED=\(seed) brings it back.")
    return seed
}
