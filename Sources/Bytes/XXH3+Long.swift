/// XXH3 of more than 240 bytes: eight 64-bit lanes run over stripes of 64 bytes, each stripe with the secret eight
/// bytes further on, and are scrambled after each block of sixteen stripes.
func xxh3Long(_ bytes: RawSpan) -> UInt64 {
    let count = bytes.byteCount
    var lanes = Lanes()
    let blocks = (count &- 1) / Lanes.block
    for block in 0 ..< blocks {
        for stripe in 0 ..< Lanes.stripesPerBlock {
            lanes.accumulate(bytes, block &* Lanes.block &+ Lanes.stripe &* stripe, secret: 8 &* stripe)
        }
        lanes.scramble()
    }
    let start = blocks &* Lanes.block
    for stripe in 0 ..< (count &- 1 &- start) / Lanes.stripe {
        lanes.accumulate(bytes, start &+ Lanes.stripe &* stripe, secret: 8 &* stripe)
    }
    lanes.accumulate(bytes, count &- Lanes.stripe, secret: 121)
    return lanes.merged(UInt64(truncatingIfNeeded: count) &* XXH.prime64x1)
}

/// Lane `i` keeps company with lane `i ^ 1`, so they are held as the even and the odd ones, which is also how four
/// fit a vector register.
private struct Lanes {
    static let stripe = 64
    static let stripesPerBlock = 16
    static let block = stripe * stripesPerBlock

    private var even = SIMD4(XXH.prime32x3, XXH.prime64x2, XXH.prime64x4, XXH.prime64x5)
    private var odd = SIMD4(XXH.prime64x1, XXH.prime64x3, XXH.prime32x2, XXH.prime32x1)

    @inline(__always)
    mutating func accumulate(_ bytes: RawSpan, _ offset: Int, secret: Int) {
        let (evenData, oddData) = (
            SIMD4(
                bytes.word(at: offset), bytes.word(at: offset &+ 16), bytes.word(at: offset &+ 32),
                bytes.word(at: offset &+ 48)),
            SIMD4(
                bytes.word(at: offset &+ 8), bytes.word(at: offset &+ 24), bytes.word(at: offset &+ 40),
                bytes.word(at: offset &+ 56))
        )
        let (evenKey, oddKey) = Lanes.key(secret)
        let evenMixed = evenData ^ evenKey
        let oddMixed = oddData ^ oddKey
        even = even &+ oddData &+ (evenMixed & 0xffff_ffff) &* (evenMixed &>> 32)
        odd = odd &+ evenData &+ (oddMixed & 0xffff_ffff) &* (oddMixed &>> 32)
    }

    @inline(__always)
    mutating func scramble() {
        let (evenKey, oddKey) = Lanes.key(128)
        even = (even ^ even &>> 47 ^ evenKey) &* XXH.prime32x1
        odd = (odd ^ odd &>> 47 ^ oddKey) &* XXH.prime32x1
    }

    /// Joins the lanes in pairs, against the secret from its twelfth byte on.
    func merged(_ start: UInt64) -> UInt64 {
        let (evenKey, oddKey) = Lanes.key(11)
        var hash = start
        for i in 0 ..< 4 { hash = hash &+ (even[i] ^ evenKey[i]).foldedProduct(odd[i] ^ oddKey[i]) }
        return XXH.avalanche(hash)
    }

    /// The 64 bytes of the secret at `offset`.
    @inline(__always)
    private static func key(_ offset: Int) -> (even: SIMD4<UInt64>, odd: SIMD4<UInt64>) {
        (
            SIMD4(
                XXH.secretWord(offset), XXH.secretWord(offset &+ 16), XXH.secretWord(offset &+ 32),
                XXH.secretWord(offset &+ 48)),
            SIMD4(
                XXH.secretWord(offset &+ 8), XXH.secretWord(offset &+ 24), XXH.secretWord(offset &+ 40),
                XXH.secretWord(offset &+ 56))
        )
    }
}
