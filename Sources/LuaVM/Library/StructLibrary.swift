import Bytes

/// `struct`: values to the bytes that C would lay out, and back.
enum StructLibrary {
    static let functions: [(String, Native.Body)] = [("pack", pack), ("unpack", unpack), ("size", size)]

    /// Reads a format letter by letter, and keeps what it says of byte order and alignment.
    private struct Format {
        let text: [UInt8]
        var index = 0
        var isLittle = true
        var alignment = 1

        init(_ text: [UInt8]) { self.text = text }

        mutating func next() -> UInt8? {
            if index >= text.count || text[index] == 0 { return nil }
            index += 1
            return text[index - 1]
        }

        mutating func number(or fallback: Int) throws(LuaError) -> Int {
            func digit() -> Int? {
                index < text.count && text[index] >= 48 && text[index] <= 57 ? Int(text[index]) - 48 : nil
            }
            guard var result = digit() else { return fallback }
            index += 1
            while let next = digit() {
                if result > (Int(Int32.max) - next) / 10 { throw .native("integral size overflow") }
                result = result * 10 + next
                index += 1
            }
            return result
        }

        /// How many bytes an item takes; 0 where that depends, or where it is none.
        mutating func size(_ option: UInt8) throws(LuaError) -> Int {
            switch option {
            case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "x"): return 1
            case UInt8(ascii: "h"), UInt8(ascii: "H"): return 2
            case UInt8(ascii: "l"), UInt8(ascii: "L"), UInt8(ascii: "T"), UInt8(ascii: "d"): return 8
            case UInt8(ascii: "f"): return 4
            case UInt8(ascii: "c"): return try number(or: 1)
            case UInt8(ascii: "i"), UInt8(ascii: "I"):
                let size = try number(or: 4)
                if size > 32 { throw .native("integral size \(size) is larger than limit of 32") }
                return size
            default: return 0
            }
        }

        func padding(_ position: Int, _ option: UInt8, _ size: Int) -> Int {
            if size == 0 || option == UInt8(ascii: "c") { return 0 }
            let unit = min(size, alignment)
            return (unit - (position & (unit - 1))) & (unit - 1)
        }

        /// What is no item: byte order, alignment, space.
        mutating func control(_ option: UInt8) throws(LuaError) {
            switch option {
            case 32: return
            case UInt8(ascii: ">"): isLittle = false
            case UInt8(ascii: "<"): isLittle = true
            case UInt8(ascii: "!"):
                let value = try number(or: 8)
                if value <= 0 || value & (value - 1) != 0 { throw .native("alignment \(value) is not a power of 2") }
                alignment = value
            default: throw .argument(1, "invalid format option '\([option].bytes.escapedText)'")
            }
        }
    }

    private static func isInteger(_ option: UInt8) -> Bool { "bBhHlLTiI".utf8.contains(option) }

    @Sendable static func pack(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        var format = Format(machine.heap.strings.bytes(try machine.string(call, 1)).array)
        var text = ByteBuffer()
        var number = 2
        while let option = format.next() {
            let size = try format.size(option)
            if size > machine.heap.limit - text.count { throw .outOfMemory }
            text.append(repeating: 0, count: format.padding(text.count, option, size))
            switch option {
            case _ where isInteger(option):
                let value = try machine.double(call, number)
                number += 1
                let isLarge = value >= 0x1p63 && value < 0x1p64
                append(isLarge ? UInt64(value) : UInt64(bitPattern: Int64(luaInteger(value))), size, format.isLittle, &text)
            case UInt8(ascii: "x"): text.append(0)
            case UInt8(ascii: "f"):
                append(UInt64(Float(try machine.double(call, number)).bitPattern), 4, format.isLittle, &text)
                number += 1
            case UInt8(ascii: "d"):
                append(try machine.double(call, number).bitPattern, 8, format.isLittle, &text)
                number += 1
            case UInt8(ascii: "c"), UInt8(ascii: "s"):
                let string = try machine.string(call, number)
                number += 1
                let length = machine.heap.strings.count(string)
                let count = size == 0 ? length : size
                if length < count { throw .argument(number, "string too short") }
                text.append(machine.heap.strings.bytes(string).extracting(0 ..< count))
                if option == UInt8(ascii: "s") { text.append(0) }
            default: try format.control(option)
            }
        }
        return machine.give(try machine.heap.string(text.bytes))
    }

    private static func append(_ bits: UInt64, _ size: Int, _ isLittle: Bool, _ text: inout ByteBuffer) {
        for index in 0 ..< size {
            let place = isLittle ? index : size - 1 - index
            text.append(place < 8 ? UInt8(truncatingIfNeeded: bits >> UInt64(place * 8)) : 0)
        }
    }

    @Sendable static func unpack(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        var format = Format(machine.heap.strings.bytes(try machine.string(call, 1)).array)
        let data = machine.heap.strings.bytes(try machine.string(call, 2)).array
        var position = try machine.integer(call, 3, or: 1)
        if position <= 0 { throw .argument(3, "offset must be 1 or greater") }
        position -= 1
        let before = machine.top
        while let option = format.next() {
            var size = try format.size(option)
            position += format.padding(position, option, size)
            if size > data.count || position > data.count - size { throw .argument(2, "data string too short") }
            if machine.top - before > 7990 { throw .native("stack overflow (too many results)") }
            switch option {
            case _ where isInteger(option):
                machine.push(Value(number(data, position, size, format.isLittle, isSigned: option >= 97)))
            case UInt8(ascii: "x"): break
            case UInt8(ascii: "f"):
                let bits = UInt32(truncatingIfNeeded: self.bits(data, position, 4, format.isLittle))
                machine.push(Value(anyBits: Double(Float(bitPattern: bits))))
            case UInt8(ascii: "d"):
                machine.push(Value(anyBits: Double(bitPattern: bits(data, position, 8, format.isLittle))))
            case UInt8(ascii: "c"):
                if size == 0 {
                    guard machine.top > before, let count = machine.number(machine.stack[machine.top - 1]) else {
                        throw .native("format 'c0' needs a previous size")
                    }
                    machine.top -= 1
                    size = luaInteger(count)
                    if size < 0 || size > data.count || position > data.count - size {
                        throw .argument(2, "data string too short")
                    }
                }
                machine.push(try machine.heap.string(data.bytes.extracting(position ..< position + size)))
            case UInt8(ascii: "s"):
                guard let end = data[position...].firstIndex(of: 0) else { throw .native("unfinished string in data") }
                machine.push(try machine.heap.string(data.bytes.extracting(position ..< end)))
                size = end - position + 1
            default: try format.control(option)
            }
            position += size
        }
        machine.push(Value(Double(position + 1)))
        return .values(machine.top - before)
    }

    private static func bits(_ data: [UInt8], _ position: Int, _ size: Int, _ isLittle: Bool) -> UInt64 {
        var result: UInt64 = 0
        for index in 0 ..< size {
            result = result << 8 | UInt64(data[position + (isLittle ? size - 1 - index : index)])
        }
        return result
    }

    private static func number(
        _ data: [UInt8], _ position: Int, _ size: Int, _ isLittle: Bool, isSigned: Bool
    ) -> Double {
        let bits = bits(data, position, size, isLittle)
        if !isSigned { return Double(bits) }
        let shift = Int64(max(64 - size * 8, 0))
        return Double((Int64(bitPattern: bits) << shift) >> shift)
    }

    @Sendable static func size(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        var format = Format(machine.heap.strings.bytes(try machine.string(call, 1)).array)
        var position = 0
        while let option = format.next() {
            let size = try format.size(option)
            position += format.padding(position, option, size)
            if option == UInt8(ascii: "s") { throw .argument(1, "option 's' has no fixed size") }
            if option == UInt8(ascii: "c"), size == 0 { throw .argument(1, "option 'c0' has no fixed size") }
            let isAlphanumeric = option | 32 >= 97 && option | 32 <= 122 || option >= 48 && option <= 57
            if !isAlphanumeric { try format.control(option) }
            position += size
        }
        return machine.give(Value(Double(position)))
    }
}
