import Bytes
import TestSupport
import Testing

@testable import Engine

/// The table against a model that remembers plainly who watches what.
@Suite struct WatchTableTests {
    private struct Model {
        var watched: [UInt64: [WatchedKey: WatchedState]] = [:]
        var touched: Set<UInt64> = []

        mutating func change(_ key: WatchedKey, _ event: KeyEvent) {
            for (id, states) in watched {
                guard let state = states[key] else { continue }
                if event == .expired, state == .stale {
                    watched[id]?[key] = .absent
                } else {
                    touch(id)
                }
            }
        }

        mutating func flush(_ database: Int) {
            for (id, states) in watched {
                for (key, state) in states where key.database == database {
                    if state == .present { touch(id) } else { watched[id]?[key] = .absent }
                }
            }
        }

        private mutating func touch(_ id: UInt64) {
            watched[id] = nil
            touched.insert(id)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func behavesLikeTheModel(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let server = MemoryServer(seed: seed)
        let sessions = (0 ..< 8).map { _ in server.connect().session }
        var table = WatchTable()
        var model = Model()
        for _ in 0 ..< 5000 {
            let session = sessions.randomElement(using: &random)!
            let name = [UInt8.random(in: 97 ... 104, using: &random)]
            let key = WatchedKey(database: Int.random(in: 0 ... 1, using: &random), bytes: name)
            switch Int.random(in: 0 ..< 20, using: &random) {
            case 0 ..< 12:
                if session.watching.isTouched { continue }
                let state: WatchedState = [.absent, .present, .stale].randomElement(using: &random)!
                table.watch(key, state, by: session)
                var states = model.watched[session.id] ?? [:]
                states[key] = states[key] ?? state
                model.watched[session.id] = states
            case 12 ..< 15:
                table.unwatch(session)
                session.watching.isTouched = false
                model.watched[session.id] = nil
                model.touched.remove(session.id)
            case 15 ..< 19:
                let event: KeyEvent = Bool.random(using: &random) ? .set : .expired
                table.note(.key(event, database: key.database, key: key.bytes), server.engine.core.keyspace)
                model.change(key, event)
            default:
                table.note(.flushed(database: key.database), server.engine.core.keyspace)
                model.flush(key.database)
            }
            table.checkInvariants()
            for session in sessions {
                #expect(session.watching.isTouched == model.touched.contains(session.id))
                #expect(Int(session.watching.count) == model.watched[session.id, default: [:]].count)
            }
            #expect(table.keyCount == Set(model.watched.values.flatMap(\.keys)).count)
        }
    }
}
