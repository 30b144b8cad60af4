/// What the byte in front of a value says: its type, and how it is written. The numbers are the RDB format's, and mean the
/// same in every version of it that has them.
///
/// Of one type Martlet writes what Redis 7.0 does; the others are what it reads besides.
enum SerializedType: UInt8 {
    case string = 0
    /// Elements one by one; before version 2.
    case list = 1
    case set = 2
    /// Scores as text.
    case sortedSetText = 3
    case hash = 4
    /// Scores as eight bytes.
    case sortedSet = 5
    case hashZipmap = 9
    case listZiplist = 10
    case setIntset = 11
    case sortedSetZiplist = 12
    case hashZiplist = 13
    /// Ziplists.
    case listOfZiplists = 14
    case hashListpack = 16
    case sortedSetListpack = 17
    /// Listpacks, and single elements.
    case listOfBlocks = 18
    /// From Redis 7.2 on.
    case setListpack = 20
    /// Hashes of which fields have deadlines, as the last release candidates before Redis 7.4 wrote them.
    case hashWithDeadlinesDraft = 22
    case hashListpackWithDeadlinesDraft = 23
    /// The same from Redis 7.4 on.
    case hashWithDeadlines = 24
    case hashListpackWithDeadlines = 25
}

/// What stands in a file where a value's type might: something about the file, or about the next key.
enum RecordMark {
    static let slotInfo: UInt8 = 244
    static let functionLibrary: UInt8 = 245
    static let functionDraft: UInt8 = 246
    static let moduleData: UInt8 = 247
    static let idleTime: UInt8 = 248
    static let frequency: UInt8 = 249
    static let field: UInt8 = 250
    static let sizes: UInt8 = 251
    static let deadlineMillis: UInt8 = 252
    static let deadlineSeconds: UInt8 = 253
    static let database: UInt8 = 254
    static let end: UInt8 = 255
}

/// How strings are told apart from their lengths: the six low bits of a length that begins with two ones.
enum StringForm {
    static let int8: UInt8 = 0
    static let int16: UInt8 = 1
    static let int32: UInt8 = 2
    static let compressed: UInt8 = 3
}

/// Versions of the format.
enum FormatVersion {
    /// What Redis 7.0 writes and reads.
    static let standard = 10
    /// From Redis 7.4 on: fields with deadlines.
    static let withFieldDeadlines = 12
    /// The latest that is read.
    static let latest = 12
}
