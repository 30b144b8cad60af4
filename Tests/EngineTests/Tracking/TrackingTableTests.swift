import Bytes
import Testing

@testable import Engine

@Suite struct TrackingTableTests {
    /// Against a dictionary of sets, under seeded random operations: from keys with one client to keys with hundreds.
    @Test(arguments: [UInt64(1), 2, 3, 4]) func remembersWhoReadWhat(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var keyspace = Keyspace(databaseCount: 1, seed: seed)
        var table = TrackingTable(hashKey: keyspace.hashKey)
        var model: [String: Set<UInt64>] = [:]
        let keys = seed % 2 == 0 ? 5 : 2000
        let clients = seed > 2 ? 400 : 6
        for step in 0 ..< 20_000 {
            // Some keys are too long to be kept in their entry.
            let number = random.next(below: keys)
            let name = number % 10 == 0 ? String(repeating: "long", count: 100) + "\(number)" : "key:\(number)"
            let key = Array(name.utf8)
            switch random.next(below: 100) {
            case 0 ..< 90:
                let client = UInt64(1 + random.next(below: clients))
                table.add(key.bytes, client: client, &keyspace)
                model[name, default: []].insert(client)
            case 90 ..< 98:
                let taken = table.take(key.bytes, &keyspace)
                #expect(taken == (model.removeValue(forKey: name) ?? []).sorted())
            default:
                guard let (key, taken) = table.takeAny(&keyspace) else {
                    #expect(model.isEmpty)
                    continue
                }
                #expect(taken == (model.removeValue(forKey: String(decoding: key, as: UTF8.self)) ?? []).sorted())
            }
            #expect(table.count == model.count)
            if step % 500 == 0 { table.checkInvariants(keyspace) }
        }
        table.checkInvariants(keyspace)
        #expect(table.itemCount == model.values.reduce(0) { $0 + $1.count })
        table.removeAll(&keyspace)
        #expect(table.count == 0 && table.itemCount == 0)
        while keyspace.dismantle(buckets: 64) {}
        #expect(keyspace.arena.heldBytes == Keyspace(databaseCount: 1, seed: seed).arena.heldBytes)
    }

    @Test func aKeyOfOneClientTakesLittle() {
        var keyspace = Keyspace(databaseCount: 1, seed: 1)
        var table = TrackingTable(hashKey: keyspace.hashKey)
        let before = keyspace.arena.heldBytes
        for i in 0 ..< 100_000 {
            let key = Array("session:\(10_000_000 + i)".utf8)
            table.add(key.bytes, client: 7, &keyspace)
        }
        #expect((keyspace.arena.heldBytes - before) / 100_000 < 56)
        table.removeAll(&keyspace)
        while keyspace.dismantle(buckets: 1024) {}
    }
}
