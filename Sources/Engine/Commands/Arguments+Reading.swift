import Bytes
import Wire

extension Arguments {
    /// The argument as a decimal integer; throws `error` where it is none.
    @inline(__always)
    func integer(_ index: Int, orThrow error: @autoclosure () -> CommandError = .notInteger) throws(CommandError) -> Int64 {
        guard let value = Int64(decimal: self[index]) else { throw error() }
        return value
    }

    /// Whether the argument is the option word `text` (given in lower case), letters compared without case.
    @inline(__always)
    func isWord(_ index: Int, _ text: StaticString) -> Bool { self[index].equalsIgnoringCase(text) }

    /// The argument as an integer of 32 bits, which is what Redis keeps the numbers of databases in. `error`, where
    /// given, stands for both complaints.
    func integer32(_ index: Int, orThrow error: CommandError? = nil) throws(CommandError) -> Int {
        let value = try integer(index, orThrow: error ?? .notInteger)
        if Int32(exactly: value) == nil { throw error ?? .notInteger32 }
        return Int(value)
    }

    /// The argument as the number of one of the databases.
    func database(_ index: Int, of keyspace: borrowing Keyspace) throws(CommandError) -> Int {
        let number = try integer32(index)
        guard number >= 0, number < keyspace.databases.count else { throw .databaseOutOfRange }
        return number
    }
}
