/// CRC-64 with the polynomial of David T. Jones, reflected, started at zero: the checksum at the end of an RDB
/// file and of a DUMP payload (`crc64.c`). `crc` is what the bytes before these gave, so a checksum is carried
/// along as the bytes pass.
///
/// Eight bytes a step through eight tables ("slicing by eight", Kounavis and Berry): table k says what a byte
/// does to the remainder k bytes further on, so eight look-ups that do not wait for each other replace eight
/// that do.
package func crc64(_ bytes: RawSpan, continuing crc: UInt64 = 0) -> UInt64 {
    let count = bytes.byteCount
    // Safe: every index is a table number below eight times 256, plus a byte; there are 2048 entries.
    return unsafe crc64Tables.withUnsafeBufferPointer { tables in
        let table = tables.baseAddress!
        var crc = crc
        var offset = 0
        while offset &+ 8 <= count {
            let word = crc ^ bytes.word(at: offset)
            crc = unsafe table[Int(truncatingIfNeeded: word &>> 56)]
            for k: UInt64 in 1 ..< 8 {
                let byte = Int(truncatingIfNeeded: word &>> (56 &- 8 &* k) & 0xff)
                unsafe crc ^= table[Int(truncatingIfNeeded: k) &* 256 &+ byte]
            }
            offset &+= 8
        }
        while offset < count {
            unsafe crc = table[Int(truncatingIfNeeded: (crc ^ UInt64(bytes.byte(offset))) & 0xff)] ^ crc &>> 8
            offset &+= 1
        }
        return crc
    }
}

/// Eight tables of 256, one behind the other.
private let crc64Tables: [UInt64] = {
    // Jones's polynomial 0xad93d23594c935a9 with its bits in the reflected order.
    let polynomial: UInt64 = 0x95ac_9329_ac4b_c9b5
    var tables = (0 ..< 256).map { byte in
        var crc = UInt64(byte)
        for _ in 0 ..< 8 { crc = crc & 1 != 0 ? crc >> 1 ^ polynomial : crc >> 1 }
        return crc
    }
    for k in 1 ..< 8 {
        for byte in 0 ..< 256 {
            let before = tables[(k - 1) * 256 + byte]
            tables.append(tables[Int(before & 0xff)] ^ before >> 8)
        }
    }
    return tables
}()
