/// The characters that mean something in a request or a reply.
enum ASCII {
    static let bell: UInt8 = 7
    static let backspace: UInt8 = 8
    static let tab: UInt8 = 9
    static let lineFeed: UInt8 = 10
    static let carriageReturn: UInt8 = 13
    static let space: UInt8 = 32
    static let quote: UInt8 = 34
    static let dollar: UInt8 = 36
    static let apostrophe: UInt8 = 39
    static let asterisk: UInt8 = 42
    static let plus: UInt8 = 43
    static let minus: UInt8 = 45
    static let dot: UInt8 = 46
    static let zero: UInt8 = 48
    static let nine: UInt8 = 57
    static let backslash: UInt8 = 92

    /// What C calls white space.
    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool { byte == space || byte &- tab <= 4 }

    /// The value of a hexadecimal digit.
    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0") ... UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a") ... UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A") ... UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
