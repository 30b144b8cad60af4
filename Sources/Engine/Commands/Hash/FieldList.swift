import Bytes
import Wire

/// The fields that a request names at its end: FIELDS, how many there are, and the names.
struct FieldList {
    /// Which argument is the first name.
    let first: Int
    let count: Int

    /// `position` is where the word FIELDS must stand; `command` and `tooFew` are for the errors.
    init(
        _ arguments: Arguments, at position: Int, in command: String,
        tooFew: CommandError = .text("ERR Number of fields must be a positive integer")
    ) throws(CommandError) {
        if position >= arguments.count || !arguments.isWord(position, "fields") {
            throw .text("ERR Mandatory argument FIELDS is missing or not at the right position")
        }
        if position + 1 == arguments.count { throw .wrongArity(command) }
        let number = try arguments.integer(position + 1, orThrow: tooFew)
        if number < 1 { throw tooFew }
        first = position + 2
        if number != arguments.count - first {
            throw .text("ERR The `numfields` parameter must match the number of arguments")
        }
        count = Int(number)
    }

    var indices: Range<Int> { first ..< first + count }
}

/// Deadlines of fields. Redis keeps them in 46 bits, and so no later one is accepted.
enum FieldDeadline {
    static let latest: Int64 = 1 << 46 - 1

    /// The moment `amount` after `origin`, in milliseconds since 1970. It may have passed already.
    static func moment(
        _ amount: Int64, inSeconds: Bool, since origin: Int64, in command: String
    ) throws(CommandError) -> Int64 {
        if amount < 0 { throw .text("ERR invalid expire time, must be >= 0") }
        if inSeconds, amount > latest / 1000 { throw .invalidExpire(command) }
        let milliseconds = inSeconds ? amount * 1000 : amount
        if milliseconds > latest - origin { throw .invalidExpire(command) }
        return milliseconds + origin
    }
}
