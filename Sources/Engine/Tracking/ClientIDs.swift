import Bytes

/// The ids of the clients that have read a key, packed into the bytes of one value.
///
///     up to 8        ┌────┬────┬────┬ …            in the order of arrival
///                    │ id │ id │ id │
///                    └────┴────┴────┴ …
///     more           ┌───────┬────┬────┬────┬ …    open addressing with linear probing; 0 is an empty slot
///                    │ count │ id │ 0  │ id │
///                    └───────┴────┴────┴────┴ …    16, 32, 64 … slots, at most three quarters of them in use
///
/// All numbers are words of eight bytes; which of the two it is, the length says. Nearly every key is cached by one client,
/// and a few keys by all: the list costs eight bytes for an id, and the set takes one more id in O(1) however many there
/// are. Ids are never taken out: the whole value goes when the key changes.
///
/// Ids begin with 1 and are never used twice, so an id whose client has gone means nobody.
enum ClientIDs {
    static let listLimit = 8
    static let firstSlots = 16

    enum Outcome {
        case present
        case added
        /// There is no room: `grown` tells what the value must become.
        case full
    }

    private static func isList(_ length: Int) -> Bool { length <= listLimit * 8 }

    /// How many ids there are.
    static func count(_ bytes: RawSpan) -> Int {
        isList(bytes.byteCount) ? bytes.byteCount / 8 : Int(bytes.word(at: 0))
    }

    /// All ids, in ascending order.
    static func all(_ bytes: RawSpan) -> [UInt64] {
        var ids: [UInt64] = []
        var offset = isList(bytes.byteCount) ? 0 : 8
        while offset < bytes.byteCount {
            let id = bytes.word(at: offset)
            if id != 0 { ids.append(id) }
            offset += 8
        }
        return ids.sorted()
    }

    /// Adds an id where there is room for it. O(1) expected.
    static func insert(_ id: UInt64, _ bytes: inout MutableRawSpan) -> Outcome {
        let length = bytes.byteCount
        if isList(length) {
            for offset in stride(from: 0, to: length, by: 8) where bytes.bytes.word(at: offset) == id { return .present }
            return .full
        }
        let slots = length / 8 - 1
        let count = Int(bytes.bytes.word(at: 0))
        var slot = firstSlot(id, slots)
        while true {
            let found = bytes.bytes.word(at: 8 + slot * 8)
            if found == id { return .present }
            if found == 0 { break }
            slot = (slot + 1) & (slots - 1)
        }
        if count >= slots / 4 * 3 { return .full }
        bytes.storeBytes(of: id.littleEndian, toByteOffset: 8 + slot * 8, as: UInt64.self)
        bytes.storeBytes(of: UInt64(count + 1).littleEndian, toByteOffset: 0, as: UInt64.self)
        return .added
    }

    /// The value with one more id than a full one, or the first.
    static func grown(_ ids: [UInt64], with id: UInt64) -> [UInt8] {
        let ids = ids + [id]
        if ids.count <= listLimit { return words(ids) }
        var slots = firstSlots
        while ids.count > slots / 2 { slots *= 2 }
        var result = [UInt64](repeating: 0, count: slots + 1)
        result[0] = UInt64(ids.count)
        for id in ids {
            var slot = firstSlot(id, slots)
            while result[1 + slot] != 0 { slot = (slot + 1) & (slots - 1) }
            result[1 + slot] = id
        }
        return words(result)
    }

    private static func words(_ numbers: [UInt64]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(numbers.count * 8)
        for number in numbers {
            for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
        }
        return bytes
    }

    /// Multiplicative hashing: ids are consecutive, and the product's upper half scatters them.
    private static func firstSlot(_ id: UInt64, _ slots: Int) -> Int {
        Int(truncatingIfNeeded: (id &* 0x9E37_79B9_7F4A_7C15) >> 32) & (slots - 1)
    }
}
