import Wire

/// Requests to their arguments, and nothing else.
extension SpeedBenchmark {
    static var parsing: [SpeedBenchmark] { [
        parser("parse GET") { $0.append("GET", "key:000000012345") },
        parser("parse SET of 64 bytes") { $0.append("SET", "key:000000012345", String(repeating: "v", count: 64)) },
        parser("parse MGET of 10") {
            let key = "key:000000012345"
            $0.append("MGET", key, key, key, key, key, key, key, key, key, key)
        },
        parser("parse inline GET") { batch in
            batch.bytes += Array("GET key:000000012345\r\n".utf8)
            batch.commands += 1
        },
    ] }

    private static func parser(_ name: String, _ make: @escaping (inout EngineDriver.Batch) -> Void) -> SpeedBenchmark {
        SpeedBenchmark(name: name) {
            var batch = EngineDriver.Batch()
            while batch.commands < 100 { make(&batch) }
            let input = batch
            return (input.commands, { parseAll(input.bytes) })
        }
    }

    private static func parseAll(_ bytes: [UInt8]) {
        var parser = RequestParser()
        var (position, arguments) = (0, 0)
        while position < bytes.count {
            switch parser.parse(bytes.bytes, from: position) {
            case .request(let end), .inlineRequest(let end):
                arguments &+= parser.ranges.count
                position = end
            case .blank(let end): position = end
            default: preconditionFailure("these requests are complete")
            }
        }
        precondition(arguments > 0)
    }
}
