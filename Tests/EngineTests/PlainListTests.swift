import Testing

@testable import Engine

struct PlainListTests {
    @Test func keepsItsElementsWhileItGrows() {
        var list = PlainList<UInt64>()
        for number in 0 ..< UInt64(100_000) { list.append(number &* 3) }
        #expect(list.count == 100_000)
        let isKept = (0 ..< 100_000).allSatisfy { list[$0] == UInt64($0) * 3 }
        #expect(isKept)
    }

    @Test func changesAndTakesOff() {
        var list = PlainList<UInt32>()
        #expect(list.popLast() == nil)
        list.append(1)
        list.append(2)
        list[0] = 9
        #expect(list.popLast() == 2)
        #expect(list.popLast() == 9)
        #expect(list.popLast() == nil && list.count == 0)
        list.append(5)
        #expect(list[0] == 5)
    }
}
