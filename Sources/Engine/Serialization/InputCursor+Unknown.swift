/// What this server does not know, as far as it is known where it ends.
extension InputCursor {
    /// What a mark or type stands for, for a message.
    static func describe(_ mark: UInt8) -> String {
        switch mark {
        case RecordMark.functionLibrary, RecordMark.functionDraft: "a library of functions"
        case RecordMark.moduleData: "data of a module"
        case 6, 7: "a value of a module"
        case 15, 19, 21: "a stream"
        default: "a value of type \(mark)"
        }
    }

    /// Reads over it. Throws where it is not known how.
    mutating func skipUnknown(_ mark: UInt8) throws(DecodingStop) {
        switch mark {
        case RecordMark.functionLibrary: try skipText()
        case RecordMark.functionDraft: try skipFunctionDraft()
        case RecordMark.moduleData:
            _ = try length()
            try skipModuleParts()
        case 7:
            _ = try length()
            try skipModuleParts()
        case 15: try skipStream(version: 1)
        case 19: try skipStream(version: 2)
        case 21: try skipStream(version: 3)
        default: throw .unknown("\(InputCursor.describe(mark)), whose end cannot be told,")
        }
    }

    /// Name, engine, a description if there is one, and the code.
    private mutating func skipFunctionDraft() throws(DecodingStop) {
        try skipText()
        try skipText()
        if try length() != 0 { try skipText() }
        try skipText()
    }

    /// What a module wrote is a sequence of numbers and strings, each with its kind in front; 0 ends it.
    private mutating func skipModuleParts() throws(DecodingStop) {
        while true {
            switch try length() {
            case 0: return
            case 1, 2: _ = try length()
            case 3: try skip(4)
            case 4: try skip(8)
            case 5: try skipText()
            case let kind: throw .broken("a part of a module's value of the kind \(kind)")
            }
        }
    }

    /// Nodes, last ID, groups with what is pending in each, and their consumers.
    private mutating func skipStream(version: Int) throws(DecodingStop) {
        for _ in 0 ..< (try length()) {
            try skipText()
            try skipText()
        }
        // The length and the last ID; later the first ID, that of the last deletion, and how many were ever added.
        for _ in 0 ..< (version >= 2 ? 8 : 3) { _ = try length() }
        for _ in 0 ..< (try length()) {
            try skipText()
            for _ in 0 ..< (version >= 2 ? 3 : 2) { _ = try length() }
            for _ in 0 ..< (try length()) {
                try skip(16 + 8)
                _ = try length()
            }
            for _ in 0 ..< (try length()) {
                try skipText()
                try skip(version >= 3 ? 16 : 8)
                for _ in 0 ..< (try length()) { try skip(16) }
            }
        }
    }
}
