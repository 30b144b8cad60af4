/// What happened to a key; the raw names are those that keyspace notifications carry.
enum KeyEvent: String, Sendable {
    case set, del, expire, persist, expired, evicted
    case new
    case append, setrange, setbit, incrby, incrbyfloat, pfadd
    case renameFrom = "rename_from"
    case renameTo = "rename_to"
    case moveFrom = "move_from"
    case moveTo = "move_to"
    case copyTo = "copy_to"
    case restore
    /// The bytes of a value changed and not what they mean; there is no notification of it.
    case reencoded
}
