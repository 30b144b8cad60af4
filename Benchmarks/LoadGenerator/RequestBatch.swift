import Bytes
/// A pipeline's worth of requests, laid out once; before each sending only the digits in the holes are rewritten.
///
///     │ request 0   ▒▒▒▒ │ request 1   ▒▒▒▒ │ …      ▒ = a hole: digits drawn per sending
///     0                ends[0]            ends[1]
///
/// Rewriting costs a few nanoseconds per hole, which is what keeps the generator far cheaper than any server it drives;
/// and a batch of fewer requests is simply a shorter prefix of the bytes.
struct RequestBatch {
    private(set) var bytes: [UInt8] = []
    private var holes: [RequestTemplate.Hole] = []
    /// Per request: where its bytes end, and how many holes there are up to that point.
    private var ends: [(byte: Int, hole: Int)] = []

    init(_ templates: some Sequence<RequestTemplate>) {
        for template in templates {
            for hole in template.holes {
                holes.append(.init(offset: bytes.count + hole.offset, width: hole.width, draw: hole.draw))
            }
            bytes += template.bytes
            ends.append((bytes.count, holes.count))
        }
        precondition(holes.allSatisfy { $0.width % 4 == 0 && $0.offset + $0.width <= bytes.count })
    }

    var requestCount: Int { ends.count }

    /// Draws numbers for the first `requests` requests and lets `body` read their bytes.
    mutating func withPrepared<Result>(
        _ requests: Int, drawing numbers: inout NumberSource, _ body: (RawSpan) throws -> Result
    ) rethrows -> Result {
        let length = prepare(requests, drawing: &numbers)
        // Safe: bytes have no padding, so the whole array is initialised storage.
        return try body(unsafe bytes.span.bytes.extracting(first: length))
    }

    /// Draws numbers for the first `requests` requests; the answer is how many bytes those take.
    private mutating func prepare(_ requests: Int, drawing numbers: inout NumberSource) -> Int {
        if requests == 0 { return 0 }
        let end = ends[requests - 1]
        let digits = DecimalDigits.shared.groups
        // Safe: every hole lies within the bytes (checked when the batch was built), and remainders of 10,000 index
        // a table of as many entries.
        unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe digits.withUnsafeBufferPointer { digits in
                for hole in holes[..<end.hole] {
                    var number = numbers.draw(hole.draw)
                    var place = hole.offset + hole.width
                    while place > hole.offset {
                        place &-= 4
                        let (rest, group) = number.quotientAndRemainder(dividingBy: 10_000)
                        unsafe bytes.storeBytes(of: digits[Int(group)], toByteOffset: place, as: UInt32.self)
                        number = rest
                    }
                }
            }
        }
        return end.byte
    }
}

/// The numbers that go into the holes.
struct NumberSource {
    private var random: SeededRandom
    private let keys: UInt64
    private let sequential: Bool
    private var nextKey: UInt64 = 0

    init(keys: Int, sequential: Bool, seed: UInt64) {
        precondition(keys > 0)
        random = SeededRandom(seed: seed)
        self.keys = UInt64(keys)
        self.sequential = sequential
    }

    mutating func draw(_ draw: Draw) -> UInt64 {
        switch draw {
        case .below(let bound): return UInt64(random.next(below: Int(bound)))
        case .key:
            if !sequential { return UInt64(random.next(below: Int(keys))) }
            defer { nextKey = nextKey + 1 == keys ? 0 : nextKey + 1 }
            return nextKey
        }
    }
}

/// "0000" to "9999", each as the four bytes it has in memory.
private struct DecimalDigits {
    static let shared = DecimalDigits()
    let groups: [UInt32]

    private init() {
        groups = (0..<10_000).map { (number: UInt32) in
            let zeros: UInt32 = 0x3030_3030
            let digits =
                (number / 1000) | (number / 100 % 10) << 8 | (number / 10 % 10) << 16 | (number % 10) << 24
            return UInt32(littleEndian: zeros + digits)
        }
    }
}

/// The batches of one workload. A workload of one request has one batch; a mixed one has several, over which its
/// requests are spread in exactly the asked shares and a random order, so that sending them in turn costs no choosing.
struct BatchRotation {
    private var batches: [RequestBatch]
    private var turn = 0

    init(_ requests: [(Request, share: Int)], pipeline: Int, shape: Shape, seed: UInt64) {
        let templates = requests.map { RequestTemplate($0.0, shape) }
        if templates.count == 1 {
            batches = [RequestBatch(repeatElement(templates[0], count: pipeline))]
            return
        }
        // Sixteen times the sum of the shares, so that even single requests come in every share and varied order.
        let batchCount = 16 * requests.reduce(0) { $0 + $1.share }
        var order: [Int] = []
        for (index, request) in requests.enumerated() {
            order += repeatElement(index, count: 16 * request.share * pipeline)
        }
        var random = SeededRandom(seed: seed)
        for last in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(last, random.next(below: last + 1))
        }
        batches = (0..<batchCount).map { batch in
            RequestBatch(order[batch * pipeline..<(batch + 1) * pipeline].map { templates[$0] })
        }
    }

    /// Prepares the next batch in turn and lets `body` read its bytes.
    mutating func withNext<Result>(
        _ requests: Int, drawing numbers: inout NumberSource, _ body: (RawSpan) throws -> Result
    ) rethrows -> Result {
        turn = turn + 1 >= batches.count ? 0 : turn + 1
        return try batches[turn].withPrepared(requests, drawing: &numbers, body)
    }
}
