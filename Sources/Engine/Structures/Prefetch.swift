import Bytes
import CSystem

/// Asks the processor to start loading the cache line at `address`; never faults.
@inline(__always) @unsafe
func prefetchAddress(_ address: UnsafeMutableRawPointer) {
    unsafe martlet_prefetch(address)
}

extension RawSpan {
    /// Where the bytes lie, as a number: for telling whether two spans are the same, not for access.
    @inline(__always)
    var identity: UInt { unsafe withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
}
