extension ValueType {
    /// What TYPE answers.
    var name: StaticString {
        switch self {
        case .string: "string"
        case .list: "list"
        case .set: "set"
        case .sortedSet: "zset"
        case .hash: "hash"
        case .stream: "stream"
        }
    }
}

extension Encoding {
    /// What OBJECT ENCODING answers.
    var name: StaticString {
        switch self {
        case .raw: "raw"
        case .int: "int"
        case .embstr: "embstr"
        case .hashtable: "hashtable"
        case .intset: "intset"
        case .skiplist: "skiplist"
        case .quicklist: "quicklist"
        case .listpack: "listpack"
        case .listpackEx: "listpackex"
        }
    }
}
