import Bytes

/// Writing elements, and the steps of which changes consist: make room or close it, write, note the new count.
extension Listpack {
    /// How a value will be written: decided once, so that room can be made before.
    struct Encoding: Equatable {
        /// The value, where it is kept as an integer.
        var integer: Int64?
        /// Bytes of its text otherwise.
        var length = 0

        /// As Redis decides: the plain decimal form of an integer is kept as one, everything else as text.
        init(_ text: RawSpan) {
            integer = Listpack.integer(text)
            if integer == nil { length = text.byteCount }
        }

        init(_ integer: Int64) { self.integer = integer }

        /// Encoding and data.
        var bodySize: Int {
            guard let integer else {
                return length + (length < 1 << 6 ? 1 : length < 1 << 12 ? 2 : 5)
            }
            switch integer {
            case 0 ... 127: return 1
            case -4096 ... 4095: return 2
            case -32768 ... 32767: return 3
            case -8_388_608 ... 8_388_607: return 4
            case Int64(Int32.min) ... Int64(Int32.max): return 5
            default: return 9
            }
        }

        /// The whole element.
        var size: Int { bodySize + Listpack.backLengthSize(bodySize) }
    }

    /// Writes an element at `position`, where there must be room for it; `text` is read only if it is not an integer. Returns the
    /// position behind it.
    @discardableResult
    static func write(_ encoding: Encoding, _ text: RawSpan, at position: Int, into pack: inout MutableRawSpan) -> Int {
        var at = position
        if let integer = encoding.integer {
            at = write(integer, at: at, into: &pack)
        } else {
            let length = encoding.length
            if length < 1 << 6 {
                pack.setByte(at, 0x80 | UInt8(length))
                at &+= 1
            } else if length < 1 << 12 {
                pack.setByte(at, 0xE0 | UInt8(length >> 8))
                pack.setByte(at &+ 1, UInt8(truncatingIfNeeded: length))
                at &+= 2
            } else {
                pack.setByte(at, 0xF0)
                setHalfWord(length, at: at &+ 1, in: &pack)
                at &+= 5
            }
            pack.copy(text, to: at)
            at &+= length
        }
        return writeBackLength(at &- position, at: at, into: &pack)
    }

    private static func write(_ integer: Int64, at position: Int, into pack: inout MutableRawSpan) -> Int {
        let size = Encoding(integer).bodySize
        switch size {
        case 1: pack.setByte(position, UInt8(integer))
        case 2:
            pack.setByte(position, 0xC0 | UInt8(truncatingIfNeeded: integer >> 8) & 0x1F)
            pack.setByte(position &+ 1, UInt8(truncatingIfNeeded: integer))
        default:
            // 0xF1 to 0xF4 stand for two, three, four and eight bytes.
            pack.setByte(position, size == 9 ? 0xF4 : 0xF1 &+ UInt8(size &- 3))
            for i in 1 ..< size {
                pack.setByte(position &+ i, UInt8(truncatingIfNeeded: integer >> Int64(8 &* (i &- 1))))
            }
        }
        return position &+ size
    }

    /// Seven bits a byte, the highest first; all but the first have the top bit set, for whoever reads backwards.
    private static func writeBackLength(_ body: Int, at position: Int, into pack: inout MutableRawSpan) -> Int {
        let size = backLengthSize(body)
        for i in 0 ..< size {
            let bits = UInt8(truncatingIfNeeded: body >> (7 &* (size &- 1 &- i))) & 0x7F
            pack.setByte(position &+ i, i == 0 ? bits : bits | 0x80)
        }
        return position &+ size
    }

    // MARK: The block

    /// Makes a block of at least `emptySize` bytes an empty listpack of `emptySize` bytes.
    static func initialize(_ pack: inout MutableRawSpan) {
        setHalfWord(emptySize, at: 0, in: &pack)
        pack.setByte(4, 0)
        pack.setByte(5, 0)
        pack.setByte(6, 0xFF)
    }

    /// Moves what begins at `position` so that `removing` bytes there become `inserting`, in a block of `used` bytes that has
    /// room for the difference, and notes the new total. The bytes in between are left to be written.
    static func splice(
        _ pack: inout MutableRawSpan, used: Int, at position: Int, removing: Int, inserting: Int
    ) {
        pack.move(position &+ removing ..< used, to: position &+ inserting)
        setHalfWord(used &+ inserting &- removing, at: 0, in: &pack)
    }

    /// Notes the total of bytes and the number of elements.
    @inline(__always)
    static func setHeader(total: Int, count: Int, in pack: inout MutableRawSpan) {
        setHalfWord(total, at: 0, in: &pack)
        let noted = min(count, unknownCount)
        pack.setByte(4, UInt8(truncatingIfNeeded: noted))
        pack.setByte(5, UInt8(truncatingIfNeeded: noted >> 8))
    }

    /// Notes that there are `difference` more elements than before. From 65,535 on they are no longer counted here.
    static func adjustCount(_ pack: inout MutableRawSpan, by difference: Int) {
        let noted = Int(pack.byte(4)) | Int(pack.byte(5)) << 8
        if noted == unknownCount { return }
        let count = min(noted &+ difference, unknownCount)
        pack.setByte(4, UInt8(truncatingIfNeeded: count))
        pack.setByte(5, UInt8(truncatingIfNeeded: count >> 8))
    }

    private static func setHalfWord(_ value: Int, at position: Int, in pack: inout MutableRawSpan) {
        pack.storeBytes(of: UInt32(truncatingIfNeeded: value).littleEndian, toByteOffset: position, as: UInt32.self)
    }
}
