/// A Lua table: an array for the keys 1 … n and a hash for all other keys.
///
///     array   [ v1 | v2 | v3 | … ]
///     nodes   [key|value|next] [key|value|next] …      a power of two of them, or none
///                 ▲                 │
///                 └─────────────────┘  keys that collide are chained, in free nodes of the same array
///
/// The algorithm is Lua 5.1's own: collisions go to the highest free node, a node that sits in another's main position
/// gives way, and when no node is free all keys are counted and both parts are sized anew, so that more than
/// half of the array is in use. It is followed to the letter because it decides the order of `next`, and with it the
/// text that cjson makes of a table: a script should give the answer here that it gives elsewhere.
///
/// Costs: reading O(1); writing O(1) amortised; the length O(log n).
/// Invariants: the chain from a key's main position leads to the key; `nodes.count` is 0 or a power of two; no node at or
/// above `lastFree` has never been used.
struct Table {
    struct Node: BitwiseCopyable {
        var key = Value.nil
        var value = Value.nil
        /// The next node of the chain, negative at its end.
        var next: Int32 = -1
    }

    var array: [Value] = []
    var nodes: [Node] = []
    var lastFree = 0
    /// The table that says what operators do with this one; negative for none.
    var metatable: Int32 = -1
    /// Scripts may not change it.
    var isReadOnly = false
    var isMarked = false
    var isFree = false

    /// Memory of its parts, in bytes, roughly.
    var memory: Int { array.capacity * 8 + nodes.capacity * MemoryLayout<Node>.stride }

    // MARK: Reading

    @inline(__always)
    func value(at position: Int) -> Value {
        if position >= 1, position <= array.count { return array[position &- 1] }
        if nodes.isEmpty { return .nil }
        return value(hashed: Value(Double(position)), mainPosition(number: Double(position)))
    }

    @inline(__always)
    func value(_ key: Value, _ strings: borrowing StringStore) -> Value {
        if key.isString {
            if nodes.isEmpty { return .nil }
            return value(hashed: key, Int(strings.hash(key)) & (nodes.count &- 1))
        }
        if key.isNumber {
            let number = key.number
            if let position = Int(exactly: number), position >= 1, position <= array.count { return array[position &- 1] }
        }
        let node = find(key, strings)
        return node < 0 ? .nil : nodes[node].value
    }

    @inline(__always)
    private func value(hashed key: Value, _ main: Int) -> Value {
        var index = main
        while index >= 0 {
            let node = nodes[index]
            if node.key.bits == key.bits { return node.value }
            index = Int(node.next)
        }
        return .nil
    }

    /// The node of a key, negative when there is none.
    func find(_ key: Value, _ strings: borrowing StringStore) -> Int {
        if nodes.isEmpty { return -1 }
        var index = mainPosition(key, strings)
        while index >= 0 {
            if nodes[index].key.rawEquals(key) { return index }
            index = Int(nodes[index].next)
        }
        return -1
    }

    /// The node that a key belongs to, when it is free.
    func mainPosition(_ key: Value, _ strings: borrowing StringStore) -> Int {
        if key.isNumber { return mainPosition(number: key.number) }
        if key.isString { return Int(strings.hash(key)) & (nodes.count &- 1) }
        if key.tag == Value.Tag.boolean { return key.index & (nodes.count &- 1) }
        return key.index % ((nodes.count &- 1) | 1)
    }

    @inline(__always)
    private func mainPosition(number: Double) -> Int {
        if number == 0 { return 0 }
        let bits = number.bitPattern
        let sum = UInt32(truncatingIfNeeded: bits) &+ UInt32(truncatingIfNeeded: bits &>> 32)
        return Int(sum) % ((nodes.count &- 1) | 1)
    }

    /// A position whose value is not nil, with nil behind it: what `#` answers.
    func border(_ strings: borrowing StringStore) -> Int {
        if let last = array.last, last.isNil {
            var (low, high) = (0, array.count)
            while high &- low > 1 {
                let middle = (low &+ high) / 2
                if array[middle &- 1].isNil { high = middle } else { low = middle }
            }
            return low
        }
        if nodes.isEmpty { return array.count }
        var low = array.count
        var high = low &+ 1
        while !value(at: high).isNil {
            low = high
            if high > Int(Int32.max) / 2 {
                var position = 1
                while !value(at: position).isNil { position &+= 1 }
                return position &- 1
            }
            high &*= 2
        }
        while high &- low > 1 {
            let middle = (low &+ high) / 2
            if value(at: middle).isNil { high = middle } else { low = middle }
        }
        return low
    }

    /// The place of a key in the order of `next`: array first, then nodes; `nil` for a key that is not there.
    func place(after key: Value, _ strings: borrowing StringStore) -> Int? {
        if key.isNil { return 0 }
        if let number = key.asNumber, let position = Int(exactly: number), position >= 1, position <= array.count {
            return position
        }
        let node = find(key, strings)
        return node < 0 ? nil : array.count &+ node &+ 1
    }

    /// The first key with a value at or behind a place, and its value.
    func entry(from place: Int) -> (key: Value, value: Value)? {
        var place = place
        while place < array.count {
            if !array[place].isNil { return (Value(Double(place &+ 1)), array[place]) }
            place &+= 1
        }
        place &-= array.count
        while place < nodes.count {
            if !nodes[place].value.isNil { return (nodes[place].key, nodes[place].value) }
            place &+= 1
        }
        return nil
    }
}
