import Bytes

/// The lists of field names that a client has prepared for HIMPORT SET, by the names it gave them. They go with the connection.
struct Fieldsets {
    private var byName: [[UInt8]: [[UInt8]]] = [:]
    /// Bytes that names and fields take, roughly.
    private(set) var memory = 0

    var count: Int { byName.count }

    subscript(name: RawSpan) -> [[UInt8]]? { byName.isEmpty ? nil : byName[name.array] }

    /// Gives a name to a list of fields, and takes it from the one that had it.
    mutating func prepare(_ name: RawSpan, _ fields: [[UInt8]]) {
        discard(name)
        let name = name.array
        byName[name] = fields
        memory += Fieldsets.cost(name, fields)
    }

    /// Forgets one list. False where there is none of this name.
    @discardableResult
    mutating func discard(_ name: RawSpan) -> Bool {
        let name = name.array
        guard let fields = byName.removeValue(forKey: name) else { return false }
        memory -= Fieldsets.cost(name, fields)
        return true
    }

    mutating func discardAll() { self = Fieldsets() }

    /// A list of bytes is an object with a header of 32 bytes, and its reference takes 8.
    private static func cost(_ name: [UInt8], _ fields: [[UInt8]]) -> Int {
        fields.reduce(name.count + 80) { $0 + $1.count + 40 }
    }
}
