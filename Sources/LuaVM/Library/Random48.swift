/// The generator behind `math.random`: 48 bits of linear congruence, as `lrand48` of POSIX has it.
///
/// It starts from the same state in every server and goes on from script to script, as in Redis, so that the same scripts
/// give the same numbers there and here.
struct Random48 {
    private var state: UInt64 = Random48.initial

    private static let initial: UInt64 = 0x1234_ABCD_330E

    static let largest = Double(Int32.max)

    mutating func seed(_ seed: Int32) { state = UInt64(UInt32(bitPattern: seed)) << 16 | 0x330E }

    /// A number of 31 bits.
    mutating func next() -> UInt32 {
        state = (state &* 0x5_DEEC_E66D &+ 0xB) & 0xFFFF_FFFF_FFFF
        return UInt32(state >> 17)
    }
}
