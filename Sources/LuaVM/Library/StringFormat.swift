import Bytes

/// `string.format`.
enum StringFormat {
    @Sendable static func format(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let format = machine.heap.strings.bytes(try machine.string(call, 1)).array
        // Numbers among the arguments become strings where %s wants them.
        var text = ByteBuffer()
        var next = 1
        var index = 0
        while index < format.count {
            let byte = format[index]
            index += 1
            if byte != UInt8(ascii: "%") {
                text.append(byte)
                continue
            }
            if index < format.count, format[index] == UInt8(ascii: "%") {
                text.append(byte)
                index += 1
                continue
            }
            next += 1
            if next > call.count { throw .argument(next, "no value") }
            let layout = try readLayout(format, &index)
            let conversion = index < format.count ? format[index] : 0
            index += 1
            try append(&machine, call, next, layout, conversion, &text)
            if text.count > machine.heap.limit { throw .outOfMemory }
        }
        return machine.give(try machine.heap.string(text.bytes))
    }

    private static func readLayout(_ format: [UInt8], _ index: inout Int) throws(LuaError) -> NumberFormat {
        var layout = NumberFormat()
        var flags = 0
        func isDigit(_ index: Int) -> Bool { index < format.count && format[index] >= 48 && format[index] <= 57 }
        loop: while index < format.count {
            switch format[index] {
            case UInt8(ascii: "-"): layout.isLeft = true
            case UInt8(ascii: "+"): layout.hasSign = true
            case UInt8(ascii: " "): layout.hasSpace = true
            case UInt8(ascii: "#"): layout.isAlternate = true
            case UInt8(ascii: "0"): layout.isZeroPadded = true
            default: break loop
            }
            flags += 1
            index += 1
        }
        if flags >= 6 { throw .native("invalid format (repeated flags)") }
        for _ in 0 ..< 2 where isDigit(index) {
            layout.width = layout.width * 10 + Int(format[index] - 48)
            index += 1
        }
        if index < format.count, format[index] == UInt8(ascii: ".") {
            index += 1
            var precision = 0
            for _ in 0 ..< 2 where isDigit(index) {
                precision = precision * 10 + Int(format[index] - 48)
                index += 1
            }
            layout.precision = precision
        }
        if isDigit(index) { throw .native("invalid format (width or precision too long)") }
        return layout
    }

    private static func append(
        _ machine: inout Machine, _ call: NativeCall, _ number: Int, _ layout: NumberFormat, _ conversion: UInt8,
        _ text: inout ByteBuffer
    ) throws(LuaError) {
        switch conversion {
        case UInt8(ascii: "c"):
            let byte = UInt8(truncatingIfNeeded: try machine.integer(call, number))
            layout.append([byte].bytes, to: &text)
        case UInt8(ascii: "d"), UInt8(ascii: "i"):
            let value = luaInteger(try machine.double(call, number))
            layout.append(
                UInt64(value.magnitude), isNegative: value < 0, conversion: UInt8(ascii: "d"), to: &text)
        case UInt8(ascii: "o"), UInt8(ascii: "u"), UInt8(ascii: "x"), UInt8(ascii: "X"):
            let value = try machine.double(call, number)
            let bits = value >= 0x1p63 && value < 0x1p64 ? UInt64(value) : UInt64(bitPattern: Int64(luaInteger(value)))
            layout.append(bits, isNegative: false, conversion: conversion, to: &text)
        case UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "f"), UInt8(ascii: "g"), UInt8(ascii: "G"):
            layout.append(try machine.double(call, number), conversion: conversion, to: &text)
        case UInt8(ascii: "q"): quote(machine.heap.strings.bytes(try machine.string(call, number)), &text)
        case UInt8(ascii: "s"):
            let string = try machine.string(call, number)
            let bytes = machine.heap.strings.bytes(string)
            // A string with a NUL ends there for C, unless it is passed on whole because of its length.
            if layout.precision == nil, bytes.byteCount >= 100 {
                text.append(bytes)
                return
            }
            var length = 0
            while length < bytes.byteCount, bytes.byte(length) != 0 { length += 1 }
            layout.append(bytes.extracting(0 ..< min(length, layout.precision ?? .max)), to: &text)
        default:
            throw .native("invalid option '%\([conversion].bytes.escapedText)' to 'format'")
        }
    }

    /// The text as a string constant that Lua can read back.
    private static func quote(_ bytes: RawSpan, _ text: inout ByteBuffer) {
        text.append(UInt8(ascii: "\""))
        for index in 0 ..< bytes.byteCount {
            switch bytes.byte(index) {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 10:
                text.append(UInt8(ascii: "\\"))
                text.append(bytes.byte(index))
            case 13: text.append("\\r")
            case 0: text.append("\\000")
            case let byte: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }
}
