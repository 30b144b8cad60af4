import Bytes
import Wire

/// SORT and SORT_RO: the elements of a list, set or sorted set in another order, or what they lead to.
///
/// Elements are copied first, then weighed, then put in order, then looked up. Order is by number, equal ones by their bytes; or with
/// ALPHA by bytes, equal ones as they came. Text is compared as C compares it in a plain locale, up to a NUL, but by all of its bytes
/// where the result is stored.
enum SortCommands {
    static let rows: [Command] = [sort, sortReadOnly]

    private static let complexity =
        "O(N+M*log(M)) where N is the number of elements and M that of those in the reply. O(N) where nothing is sorted."
    private static let grammar =
        "key:key#0 by-pattern:pattern=BY#1? limit{offset:integer count:integer}=LIMIT? get-pattern:pattern=GET#1?*! "
        + "order(asc=ASC|desc=DESC)? sorting=ALPHA?"
    private static let categories = ["set", "sortedset", "list", "dangerous"]
    private static let source = KeySpec.range("RO access", 1)
    private static let patterns = KeySpec(
        flags: "RO access", search: .unknown, find: .unknown,
        notes: "For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the content of "
            + "the key we sort")
    private static let destination = KeySpec(
        flags: "OW update", search: .unknown, find: .unknown,
        notes: "For the optional STORE keyword. It is marked 'unknown' because the keyword can appear anywhere in the "
            + "argument array")

    static let sort = Command(
        "sort", arity: -2, .generic, [.write, .denyOOM, .movableKeys], keys: [source, patterns, destination],
        findsKeys: keys, categories: categories, groupCategory: false,
        since: "1.0.0", complexity: complexity,
        summary: "The elements of a list, set or sorted set in order, replied or stored as a list.",
        arguments: grammar + " destination:key=STORE#2?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let request = try SortRequest(arguments, takesStore: true)
        try run(request, arguments, &keyspace, &reply)
    }

    static let sortReadOnly = Command(
        "sort_ro", arity: -2, .generic, [.readonly, .movableKeys], keys: [source, patterns],
        categories: categories, groupCategory: false,
        since: "7.0.0", complexity: complexity,
        summary: "The elements of a list, set or sorted set in order.",
        arguments: grammar
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let request = try SortRequest(arguments, takesStore: false)
        try run(request, arguments, &keyspace, &reply)
    }

    /// The key that is sorted, and the last that STORE names.
    @Sendable
    private static func keys(_ arguments: Arguments, _ offset: Int) -> [(position: Int, flags: String)] {
        var store: Int?
        var index = 2
        while offset + index < arguments.count {
            let at = offset + index
            if arguments.isWord(at, "limit") {
                index += 2
            } else if arguments.isWord(at, "get") || arguments.isWord(at, "by") {
                index += 1
            } else if arguments.isWord(at, "store"), at + 1 < arguments.count {
                store = index + 1
            }
            index += 1
        }
        return [(1, source.flags)] + (store.map { [($0, destination.flags)] } ?? [])
    }

    // MARK: Running

    private static func run(
        _ request: SortRequest, _ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) throws(CommandError) {
        var request = request
        var elements = TextList()
        var window = 0 ..< 0
        if let entry = keyspace.read(arguments[1]) {
            if try !keyspace.hasOrder(entry), request.destination != nil { request.sortAfterAll() }
            window = keyspace.gatherElements(entry, request, into: &elements)
        }
        var order = Array(0 ..< elements.count)
        if !request.keepsOrder {
            if request.isAlphabetic {
                sortByText(&order, window, elements, request, arguments, &keyspace)
            } else {
                try sortByNumber(&order, window, elements, request, arguments, &keyspace)
            }
        }
        if let destination = request.destination {
            var results = TextList()
            forEachResult(request, order[window], elements, arguments, &keyspace) { value in
                if let value { results.append(value) } else { results.append(nothing) }
            }
            keyspace.storeSorted(arguments[destination], results)
            reply.integer(results.count)
        } else {
            reply.array(window.count * max(1, request.gets.count))
            forEachResult(request, order[window], elements, arguments, &keyspace) { value in
                if let value { reply.bulk(value) } else { reply.null() }
            }
        }
    }

    /// Hands to `body` what is asked for of each element: the element, or what the patterns of GET lead to.
    private static func forEachResult(
        _ request: SortRequest, _ order: ArraySlice<Int>, _ elements: borrowing TextList, _ arguments: Arguments,
        _ keyspace: inout Keyspace, _ body: (RawSpan?) -> Void
    ) {
        var key = ByteBuffer()
        for index in order {
            if request.gets.isEmpty { body(elements[index]) }
            for get in request.gets { get.withValue(for: elements[index], arguments, &keyspace, &key, body) }
        }
    }

    private static var nothing: RawSpan { @_lifetime(immortal) get { ("" as StaticString).bytes } }

    // MARK: Order

    private static func sortByNumber(
        _ order: inout [Int], _ window: Range<Int>, _ elements: borrowing TextList, _ request: SortRequest,
        _ arguments: Arguments, _ keyspace: inout Keyspace
    ) throws(CommandError) {
        var weights: [Double] = []
        weights.reserveCapacity(elements.count)
        var allAreNumbers = true
        var key = ByteBuffer()
        for index in order {
            if let by = request.by {
                by.withValue(for: elements[index], arguments, &keyspace, &key) { value in
                    if let value { weights.append(number(value, &allAreNumbers)) } else { weights.append(0) }
                }
            } else {
                weights.append(number(elements[index], &allAreNumbers))
            }
        }
        if !allAreNumbers { throw .text("ERR One or more scores can't be converted into double") }
        arrange(&order, window, request) {
            if weights[$0] != weights[$1] { return weights[$0] < weights[$1] ? -1 : 1 }
            return elements[$0].compare(elements[$1])
        }
    }

    private static func number(_ text: RawSpan, _ isNumber: inout Bool) -> Double {
        if let integer = Int64(decimal: text) { return Double(integer) }
        let scan = scanDouble(text)
        if !scan.reachedEnd || scan.isOutOfRange || scan.value.isNaN { isNumber = false }
        return scan.value
    }

    private static func sortByText(
        _ order: inout [Int], _ window: Range<Int>, _ elements: borrowing TextList, _ request: SortRequest,
        _ arguments: Arguments, _ keyspace: inout Keyspace
    ) {
        let isExact = request.destination != nil
        guard let by = request.by else {
            return arrange(&order, window, request) { compare(elements[$0], elements[$1], exactly: isExact) }
        }
        var weights = TextList()
        var isMissing: [Bool] = []
        var key = ByteBuffer()
        for index in order {
            by.withValue(for: elements[index], arguments, &keyspace, &key) { value in
                isMissing.append(value == nil)
                if let value { weights.append(value) } else { weights.append(nothing) }
            }
        }
        arrange(&order, window, request) {
            if isMissing[$0] || isMissing[$1] { return (isMissing[$1] ? 1 : 0) - (isMissing[$0] ? 1 : 0) }
            return compare(weights[$0], weights[$1], exactly: isExact)
        }
    }

    private static func compare(_ a: RawSpan, _ b: RawSpan, exactly: Bool) -> Int {
        if exactly { return a.compare(b) }
        var index = 0
        while true {
            let x = index < a.byteCount ? a.byte(index) : 0
            let y = index < b.byteCount ? b.byte(index) : 0
            if x != y { return Int(x) - Int(y) }
            if x == 0 { return 0 }
            index &+= 1
        }
    }

    /// Puts elements in order, at least those of the window. Equal ones stay as they came, unless it is a window of an order by other
    /// keys: then they are as Redis's way of sorting a part leaves them.
    private static func arrange(
        _ order: inout [Int], _ window: Range<Int>, _ request: SortRequest, _ compare: (Int, Int) -> Int
    ) {
        let sign = request.descends ? -1 : 1
        if request.by != nil, window != 0 ..< order.count {
            if window.isEmpty { return }
            PartialSort.sort(&order, ClosedRange(window)) { sign * compare($0, $1) }
        } else {
            order.sort {
                let compared = sign * compare($0, $1)
                return compared == 0 ? $0 < $1 : compared < 0
            }
        }
    }
}
