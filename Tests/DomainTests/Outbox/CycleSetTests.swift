import Domain
import Testing

struct CycleSetTests {
    @Test func `bit n is cycle n`() {
        #expect(CycleSet(cycle: 0).rawValue == 1)
        #expect(CycleSet(cycle: 5).rawValue == 32)
        #expect(CycleSet(cycle: 61).rawValue == 1 << 61)
        #expect(([CycleSet(cycle: 0), CycleSet(cycle: 2)] as CycleSet).rawValue == 5)
    }

    @Test func `a set holds what was put in and nothing else`() {
        let set: CycleSet = [CycleSet(cycle: 1), CycleSet(cycle: 61)]
        for cycle in -2...70 as ClosedRange<Int32> {
            #expect(set.contains(cycle: cycle) == (cycle == 1 || cycle == 61), "\(cycle)")
        }
        #expect(set.count == 2)
        #expect(CycleSet().count == 0)
    }

    @Test(arguments: [-1, 62, 63, 64, .max, .min] as [Int32])
    func `a cycle that there is no room for is in no set`(cycle: Int32) {
        #expect(CycleSet(cycle: cycle).isEmpty)
        #expect(!CycleSet(rawValue: -1).contains(cycle: cycle))
    }

    @Test func `the number is never negative`() {
        #expect(CycleSet(rawValue: -1).rawValue == 1 << 62 - 1)
        #expect(CycleSet(rawValue: -1).count == CycleSet.countMax)
        #expect(CycleSet(rawValue: .min).isEmpty)
    }
}
