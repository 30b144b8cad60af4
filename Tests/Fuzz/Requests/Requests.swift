import Bytes
import TestSupport
import Wire

/// Bytes from anywhere, whole and in pieces: nothing may crash, every promise must hold (see `RequestFeeder`), and
/// both ways must find the same. The input's first eight bytes choose the limits and the cuts.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequests(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let data = unsafe data, count > 8 else { return 0 }
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    var random = SeededRandom(seed: input[..<8].reduce(0) { $0 << 8 | UInt64($1) })
    let bytes = Array(input[8...])

    var limits = RequestLimits()
    limits.authenticated = input[0] & 1 == 0
    if input[0] & 2 != 0 { limits.maxInline = 32 }
    if input[0] & 4 != 0 { limits.maxBulkLength = 100 }
    if input[0] & 8 != 0 { limits.maxMultibulkUnauthenticated = 3 }

    let cuts: [Int]
    switch input[1] % 3 {
    case 0: cuts = Array(0 ..< min(bytes.count, 48))
    case 1: cuts = [Int.random(in: 0 ... bytes.count, using: &random)]
    default:
        cuts = (0 ..< Int(input[2] % 16)).map { _ in Int.random(in: 0 ... bytes.count, using: &random) }
            .sorted()
    }

    let whole = RequestFeeder.events(bytes, limits: limits)
    let pieces = RequestFeeder.events(bytes, cutAt: cuts, limits: limits)
    precondition(whole.faults.isEmpty, "whole: \(whole.faults)")
    precondition(pieces.faults.isEmpty, "cut at \(cuts): \(pieces.faults)")
    precondition(whole.events == pieces.events, "cut at \(cuts): \(pieces.events) and not \(whole.events)")
    return 0
}
