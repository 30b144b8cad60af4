import Bytes
import Wire

/// Which places are searched for, and what is done with them: the options of GEOSEARCH, GEORADIUS and their relatives.
struct GeoSearch {
    /// Which of the commands it is, by what they have in common.
    struct Grammar: OptionSet {
        let rawValue: UInt8

        /// The shape is told by options: GEOSEARCH and GEOSEARCHSTORE.
        static let shapeByOptions = Grammar(rawValue: 1 << 0)
        /// STOREDIST stands alone, since the destination is told in front.
        static let stores = Grammar(rawValue: 1 << 1)
        /// STORE and STOREDIST name a destination.
        static let mayStore = Grammar(rawValue: 1 << 2)
    }

    enum Order { case none, ascending, descending }

    private let grammar: Grammar
    /// `nil` where there is no such key; the options are read all the same.
    let entry: Entry?
    private(set) var shape = GeoShape()
    private(set) var withDistance = false
    private(set) var withScore = false
    private(set) var withPoint = false
    private(set) var order = Order.none
    private(set) var count: Int?
    /// Any places will do, not the nearest.
    private(set) var any = false
    /// Which argument is the key to store to.
    private(set) var destination: Int?
    private(set) var storesDistance = false

    private var hasMember = false
    private var hasPoint = false
    private var hasRadius = false
    private var hasBox = false

    init(entry: Entry?, _ grammar: Grammar, destination: Int? = nil) {
        self.entry = entry
        self.grammar = grammar
        self.destination = destination
    }

    // MARK: The shape

    /// A place given by its coordinates.
    mutating func takeCenter(_ arguments: Arguments, _ index: Int) throws(CommandError) {
        shape.center = try arguments.point(index)
    }

    /// The place of a member.
    mutating func takeMember(
        _ arguments: Arguments, _ index: Int, _ keyspace: borrowing Keyspace
    ) throws(CommandError) {
        guard let entry else { return }
        guard let point = keyspace.point(of: arguments[index], entry) else {
            throw .text("ERR could not decode requested zset member")
        }
        shape.center = point
    }

    /// A radius and its unit.
    mutating func takeRadius(_ arguments: Arguments, _ index: Int) throws(CommandError) {
        guard let radius = Double(text: arguments[index]) else { throw .text("ERR need numeric radius") }
        if radius < 0 { throw .text("ERR radius cannot be negative") }
        shape.kind = .circle(radius: radius)
        shape.unit = try arguments.lengthUnit(index + 1)
    }

    /// Width, height and their unit.
    private mutating func takeBox(_ arguments: Arguments, _ index: Int) throws(CommandError) {
        guard let width = Double(text: arguments[index]) else { throw .text("ERR need numeric width") }
        guard let height = Double(text: arguments[index + 1]) else { throw .text("ERR need numeric height") }
        if height < 0 || width < 0 { throw .text("ERR height or width cannot be negative") }
        shape.kind = .box(width: width, height: height)
        shape.unit = try arguments.lengthUnit(index + 2)
    }

    // MARK: Options

    /// Reads the options from `first` on.
    mutating func takeOptions(
        _ arguments: Arguments, from first: Int, _ keyspace: borrowing Keyspace
    ) throws(CommandError) {
        var index = first
        while index < arguments.count {
            let left = arguments.count - index - 1
            if arguments.isWord(index, "withdist") {
                withDistance = true
            } else if arguments.isWord(index, "withhash") {
                withScore = true
            } else if arguments.isWord(index, "withcoord") {
                withPoint = true
            } else if arguments.isWord(index, "any") {
                any = true
            } else if arguments.isWord(index, "asc") {
                order = .ascending
            } else if arguments.isWord(index, "desc") {
                order = .descending
            } else if left >= 1, arguments.isWord(index, "count") {
                let value = try arguments.integer(index + 1)
                if value <= 0 { throw .text("ERR COUNT must be > 0") }
                count = Int(value)
                index += 1
            } else if grammar.contains(.mayStore), left >= 1, arguments.isWord(index, "store") {
                destination = index + 1
                storesDistance = false
                index += 1
            } else if grammar.contains(.mayStore), left >= 1, arguments.isWord(index, "storedist") {
                destination = index + 1
                storesDistance = true
                index += 1
            } else if grammar.contains(.stores), arguments.isWord(index, "storedist") {
                storesDistance = true
            } else if let taken = try takeShape(arguments, index, left, keyspace) {
                index += taken
            } else {
                throw .syntax
            }
            index += 1
        }
        try check(arguments)
    }

    /// Returns how many arguments an option of the shape at `index` has; `nil` where it is none. `left` follow.
    private mutating func takeShape(
        _ arguments: Arguments, _ index: Int, _ left: Int, _ keyspace: borrowing Keyspace
    ) throws(CommandError) -> Int? {
        if !grammar.contains(.shapeByOptions) { return nil }
        if !hasPoint, left >= 1, arguments.isWord(index, "frommember") {
            try takeMember(arguments, index + 1, keyspace)
            hasMember = true
            return 1
        }
        if !hasMember, left >= 2, arguments.isWord(index, "fromlonlat") {
            try takeCenter(arguments, index + 1)
            hasPoint = true
            return 2
        }
        if !hasBox, left >= 2, arguments.isWord(index, "byradius") {
            try takeRadius(arguments, index + 1)
            hasRadius = true
            return 2
        }
        if !hasRadius, left >= 3, arguments.isWord(index, "bybox") {
            try takeBox(arguments, index + 1)
            hasBox = true
            return 3
        }
        return nil
    }

    private func check(_ arguments: Arguments) throws(CommandError) {
        if destination != nil, withDistance || withScore || withPoint {
            let command = grammar.contains(.stores) ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS"
            throw .text("ERR \(command) is not compatible with WITHDIST, WITHHASH and WITHCOORD options")
        }
        if grammar.contains(.shapeByOptions) {
            let name = arguments[0].escapedText
            if !hasMember, !hasPoint {
                throw .text("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for \(name)")
            }
            if !hasRadius, !hasBox {
                throw .text("ERR exactly one of BYRADIUS and BYBOX can be specified for \(name)")
            }
        }
        if any, count == nil { throw .text("ERR the ANY argument requires COUNT argument") }
    }
}
