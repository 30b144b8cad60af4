import Bytes
import Testing

@testable import martlet_load

@Suite struct RequestBatchTests {
    private func next(
        _ rotation: inout BatchRotation, _ requests: Int, _ numbers: inout NumberSource
    ) -> String {
        rotation.withNext(requests, drawing: &numbers) { $0.text }
    }

    private func rotation(_ workload: String, pipeline: Int, shape: Shape = Shape()) throws -> BatchRotation {
        let row = try #require(Workload.named(workload))
        return BatchRotation(row.requests, pipeline: pipeline, shape: shape, seed: 3)
    }

    @Test func aRequestIsWellFormed() throws {
        var set = try rotation("setex", pipeline: 1, shape: Shape(valueSize: 3, timeToLive: 60))
        var numbers = NumberSource(keys: 5, sequential: true, seed: 1)
        #expect(
            next(&set, 1, &numbers)
                == "*4\r\n$5\r\nSETEX\r\n$16\r\nkey:000000000000\r\n$2\r\n60\r\n$3\r\nabc\r\n")
    }

    @Test func aMemcachedRequestCarriesItsDataBlock() throws {
        var set = try rotation("memcached-set", pipeline: 1, shape: Shape(valueSize: 4))
        var numbers = NumberSource(keys: 5, sequential: true, seed: 1)
        #expect(next(&set, 1, &numbers) == "set key:000000000000 0 0 4\r\nabcd\r\n")
    }

    @Test func sequentialRunsCountThroughTheKeySpaceAndStartAgain() throws {
        var get = try rotation("get", pipeline: 2)
        var numbers = NumberSource(keys: 3, sequential: true, seed: 1)
        var keys: [String] = []
        for _ in 0..<3 {
            keys += next(&get, 2, &numbers).split(separator: "\r\n").filter { $0.hasPrefix("key:") }.map(
                String.init)
        }
        #expect(keys == [0, 1, 2, 0, 1, 2].map { "key:00000000000\($0)" })
    }

    @Test func everyDigitIsWritten() throws {
        var get = try rotation("get", pipeline: 1)
        let keys = 987_654_321_099
        var numbers = NumberSource(keys: keys, sequential: false, seed: 11)
        var model = NumberSource(keys: keys, sequential: false, seed: 11)
        for _ in 0..<500 {
            let digits = String(model.draw(.key))
            let key = "key:" + String(repeating: "0", count: 12 - digits.count) + digits
            #expect(next(&get, 1, &numbers) == "*2\r\n$3\r\nGET\r\n$16\r\n\(key)\r\n")
        }
    }

    @Test func aShorterBatchIsAPrefix() throws {
        var get = try rotation("mget10", pipeline: 16)
        var numbers = NumberSource(keys: 1000, sequential: false, seed: 1)
        let text = next(&get, 5, &numbers)
        #expect(text.components(of: "MGET") == 5)
        #expect(text.components(of: "key:") == 50)
        #expect(next(&get, 0, &numbers).isEmpty)
    }

    @Test(arguments: [1, 16, 50]) func aMixHasExactlyItsShares(pipeline: Int) throws {
        var mixed = try rotation("mixed", pipeline: pipeline)
        var numbers = NumberSource(keys: 1000, sequential: false, seed: 1)
        var (gets, sets) = (0, 0)
        for _ in 0..<80 {
            let text = next(&mixed, pipeline, &numbers)
            gets += text.components(of: "\r\nGET\r\n")
            sets += text.components(of: "\r\nSET\r\n")
        }
        #expect(gets == 64 * pipeline)
        #expect(sets == 16 * pipeline)
    }

    @Test func drawsCoverTheKeySpaceEvenly() {
        var numbers = NumberSource(keys: 10, sequential: false, seed: 5)
        var counts = [Int](repeating: 0, count: 10)
        for _ in 0..<10_000 { counts[Int(numbers.draw(.key))] += 1 }
        #expect(counts.allSatisfy { (850...1150).contains($0) })
    }

    @Test func namesInTheTableAreUnique() {
        #expect(Set(Workload.all.map(\.name)).count == Workload.all.count)
    }
}

extension String {
    /// How often `part` occurs.
    fileprivate func components(of part: String) -> Int {
        self.split(separator: part, omittingEmptySubsequences: false).count - 1
    }
}
