import Bytes
import TestSupport
import Testing

@testable import Engine

/// What newer servers added has no reference to be compared with here, so it is compared with the plainest possible
/// account of what the documentation says, under seeded random requests and a clock that goes on.
@Suite struct StringModelTests {
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6]) func agreesWithTheModel(seed: UInt64) {
        let scene = StringScene()
        var model = StringModel(now: scene.now)
        var random = SeededRandom(seed: seed)
        for step in 0 ..< 5000 {
            if random.next(below: 20) == 0 {
                let pause = Int64(random.next(below: 40))
                scene.server.advance(milliseconds: pause)
                model.now += pause
            }
            let words = StringModel.randomWords(&random, now: model.now)
            let expected = model.answer(words)
            let reply = scene.send(words: words)
            #expect(reply == expected, "step \(step): \(words.joined(separator: " "))")
            if reply != expected { return }
            for key in StringModel.keys {
                #expect(scene.deadline(key) == model.live(key)?.deadline, "step \(step): \(words) \(key)")
            }
        }
    }
}

/// Strings in a dictionary, and the commands as the documentation has them.
private struct StringModel {
    static let keys = ["a", "b", "c"]
    static let values = ["0", "1", "7", "-3", "x", "yy"]

    struct Value {
        var text: String
        var deadline: Int64?
    }

    var now: Int64
    private var data: [String: Value] = [:]

    init(now: Int64) { self.now = now }

    func live(_ key: String) -> Value? {
        guard let value = data[key], now <= value.deadline ?? .max else { return nil }
        return value
    }

    // MARK: Requests

    static func randomWords(_ random: inout SeededRandom, now: Int64) -> [String] {
        let key = pick(keys, &random)
        switch random.next(below: 6) {
        case 0, 1:
            var words = ["SET", key, pick(values, &random)] + condition(&random, existence: true)
            if random.next(below: 3) == 0 { words.append("GET") }
            return words + life(&random, now, ["KEEPTTL"])
        case 2:
            let choices = [["DELIFEQ", key, pick(values, &random)], ["DELEX", key] + condition(&random)]
            return pick(choices, &random)
        case 3:
            let count = 1 + random.next(below: 2)
            var words = ["MSETEX", "\(count)"]
            for _ in 0 ..< count { words += [pick(keys, &random), pick(values, &random)] }
            return words + pick([[], ["NX"], ["XX"]], &random) + life(&random, now, ["KEEPTTL"])
        case 4: return ["GETEX", key] + life(&random, now, ["PERSIST"])
        default:
            var words = ["INCREX", key] + pick([[], ["BYINT", pick(["2", "-2", "9"], &random)]], &random)
            words += pick([[], ["LBOUND", pick(["-4", "0"], &random)]], &random)
            words += pick([[], ["UBOUND", pick(["4", "9"], &random)]], &random)
            words += pick([[], ["SATURATE"]], &random) + pick([[], [], ["NX"], ["XX"]], &random)
            let life = life(&random, now, ["PERSIST"])
            return words + life + (life.count == 2 && random.next(below: 2) == 0 ? ["ENX"] : [])
        }
    }

    private static func pick<T>(_ choices: [T], _ random: inout SeededRandom) -> T {
        choices[random.next(below: choices.count)]
    }

    private static func condition(_ random: inout SeededRandom, existence: Bool = false) -> [String] {
        let value = pick(values, &random)
        let choices = [
            [], ["IFEQ", value], ["IFNE", value], ["IFDEQ", digest(value)], ["IFDNE", digest(value)], ["NX"], ["XX"],
        ]
        return pick(Array(choices.prefix(existence ? 7 : 5)), &random)
    }

    private static func life(_ random: inout SeededRandom, _ now: Int64, _ others: [String]) -> [String] {
        let span = Int64(random.next(below: 60)) + 1
        return pick([[], ["PX", "\(span)"], ["EX", "1"], ["PXAT", "\(now + span - 20)"], [pick(others, &random)]], &random)
    }

    private static func digest(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return NumberText(hexadecimal: xxh3(bytes.bytes)).bytes.text
    }

    // MARK: Answers

    mutating func answer(_ words: [String]) -> String {
        let key = words[1]
        let old = live(key)
        switch words[0] {
        case "SET":
            let holds = holds(words, old)
            let reply = words.contains("GET") ? bulk(old?.text) : holds ? "+OK" : "$-1"
            if holds { data[key] = Value(text: words[2], deadline: deadline(words, keeping: old?.deadline)) }
            return reply
        case "DELEX", "DELIFEQ":
            let holds = words[0] == "DELIFEQ" ? old?.text == words[2] : old != nil && holds(words, old)
            if holds { data[key] = nil }
            return holds ? ":1" : ":0"
        case "MSETEX": return setMany(words)
        case "GETEX":
            guard let old else { return "$-1" }
            let end = words.count > 2 ? deadline(words, keeping: old.deadline) : old.deadline
            let isOver = words.contains("PXAT") && end.map { $0 <= now } == true
            data[key] = isOver ? nil : Value(text: old.text, deadline: end)
            return bulk(old.text)
        default: return count(words, old)
        }
    }

    private mutating func setMany(_ words: [String]) -> String {
        let count = Int(words[1]) ?? 0
        let positions = (0 ..< count).map { 2 + 2 * $0 }
        let existing = positions.filter { live(words[$0]) != nil }.count
        if words.contains("NX"), existing > 0 { return ":0" }
        if words.contains("XX"), existing < count { return ":0" }
        for position in positions {
            let key = words[position]
            let end = deadline(words, keeping: live(key)?.deadline)
            data[key] = Value(text: words[position + 1], deadline: end)
        }
        return ":1"
    }

    private mutating func count(_ words: [String], _ old: Value?) -> String {
        guard let value = Int64(old?.text ?? "0") else { return Answer.notInteger }
        func number(_ word: String, _ otherwise: Int64) -> Int64 {
            words.firstIndex(of: word).flatMap { Int64(words[$0 + 1]) } ?? otherwise
        }
        let refused = "*2 :\(value) :0"
        if words.contains("NX") && old != nil || words.contains("XX") && old == nil { return refused }
        var sum = value + number("BYINT", 1)
        let (lower, upper) = (number("LBOUND", .min), number("UBOUND", .max))
        if sum < lower || sum > upper {
            if !words.contains("SATURATE") { return refused }
            sum = sum < lower ? lower : upper
        }
        let reply = "*2 :\(sum) :\(sum - value)"
        var end = old?.deadline
        let keeps = words.contains("ENX") && end != nil
        let names = ["EX", "PX", "PXAT", "PERSIST"]
        if !keeps, words.contains(where: { names.contains($0) }) { end = deadline(words, keeping: end) }
        data[words[1]] = Value(text: "\(sum)", deadline: end)
        if !keeps, words.contains("PXAT"), let end, end <= now { data[words[1]] = nil }
        return reply
    }

    private func holds(_ words: [String], _ old: Value?) -> Bool {
        for (i, word) in words.enumerated().dropFirst(2) {
            switch word {
            case "NX": return old == nil
            case "XX": return old != nil
            case "IFEQ": return old?.text == words[i + 1]
            case "IFNE": return old?.text != words[i + 1]
            case "IFDEQ": return old.map { StringModel.digest($0.text) } == words[i + 1]
            case "IFDNE": return old.map { StringModel.digest($0.text) } != words[i + 1]
            default: continue
            }
        }
        return true
    }

    private func deadline(_ words: [String], keeping old: Int64?) -> Int64? {
        for (i, word) in words.enumerated() {
            switch word {
            case "KEEPTTL": return old
            case "PX": return now + Int64(words[i + 1])!
            case "EX": return now + 1000 * Int64(words[i + 1])!
            case "PXAT": return Int64(words[i + 1])!
            default: continue
            }
        }
        return nil
    }

    private func bulk(_ text: String?) -> String { text.map { "$\($0.utf8.count) \($0)" } ?? "$-1" }
}
