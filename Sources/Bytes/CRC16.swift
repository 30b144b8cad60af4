/// CRC-16/XMODEM: polynomial 0x1021, no reflection, start at zero. Redis Cluster's specification names it.
package func crc16(_ bytes: RawSpan) -> UInt16 {
    var crc: UInt16 = 0
    let table = crc16Table.span
    for i in 0 ..< bytes.byteCount {
        crc = crc &<< 8 ^ table[Int(UInt8(truncatingIfNeeded: crc &>> 8) ^ bytes.byte(i))]
    }
    return crc
}

/// How many slots the keys of a cluster are spread over.
package let slotCount = 16384

/// The cluster slot `key` belongs to.
///
/// If there is a `{`, and a `}` behind the first one with something between, only that something is hashed: the
/// hash tag by which clients keep keys together (`keyHashSlot`, `cluster.c`).
package func keySlot(_ key: RawSpan) -> Int {
    var hashed = key
    let count = key.byteCount
    var open = 0
    while open < count && key.byte(open) != UInt8(ascii: "{") { open &+= 1 }
    if open < count {
        var close = open &+ 1
        while close < count && key.byte(close) != UInt8(ascii: "}") { close &+= 1 }
        if close < count && close > open &+ 1 { hashed = key.extracting(open &+ 1 ..< close) }
    }
    return Int(crc16(hashed)) & (slotCount &- 1)
}

/// What each value of the byte shifted out does to the remainder.
private let crc16Table: [UInt16] = (0 ..< 256).map { byte in
    var crc = UInt16(byte) << 8
    for _ in 0 ..< 8 { crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1 }
    return crc
}
