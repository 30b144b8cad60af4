import Bytes
import Testing

@testable import Engine

/// Who waits for what, against arrays.
@Suite struct WaitingListsTests {
    private static let keys = (0 ..< 6).map { WaitingLists.Key(database: $0 & 1, bytes: [UInt8($0)]) }

    private static func waiters(_ lists: WaitingLists, _ key: WaitingLists.Key) -> [Int] {
        var found: [Int] = []
        var place = lists.first(key)
        while let current = place {
            found.append(current.waiter)
            place = lists.next(current)
        }
        return found
    }

    @Test(arguments: 1 ... 5) func behaveAsArrays(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var lists = WaitingLists()
        var model: [[Int]] = Self.keys.map { _ in [] }
        var waiting: [Int] = []
        for step in 0 ..< 800 {
            if random.next(below: 2) == 0 || waiting.isEmpty {
                let chosen = (0 ... random.next(below: 4)).map { _ in random.next(below: Self.keys.count) }
                lists.add(step, to: chosen.map { Self.keys[$0] })
                for index in chosen where model[index].last != step { model[index].append(step) }
                waiting.append(step)
            } else {
                let waiter = waiting.remove(at: random.next(below: waiting.count))
                lists.remove(waiter)
                for index in model.indices { model[index].removeAll { $0 == waiter } }
            }
            lists.checkInvariants()
            for (index, key) in Self.keys.enumerated() {
                #expect(Self.waiters(lists, key) == model[index])
                #expect(lists.isAwaited(key) == !model[index].isEmpty)
            }
            #expect(lists.isEmpty == waiting.isEmpty)
        }
    }

    @Test func aKeyIsReadyOnce() {
        var lists = WaitingLists()
        var answers = [lists.markReady(Self.keys[0])]
        lists.add(1, to: [Self.keys[0]])
        answers += [lists.markReady(Self.keys[0]), lists.markReady(Self.keys[0])]
        lists.unmarkReady(Self.keys[0])
        answers.append(lists.markReady(Self.keys[0]))
        #expect(answers == [false, true, false, true])
    }
}
