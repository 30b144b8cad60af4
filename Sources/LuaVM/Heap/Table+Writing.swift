/// Putting values in, and sizing the parts.
extension Table {
    /// Sets a key, which is neither nil nor NaN.
    @inline(__always)
    mutating func set(_ key: Value, _ value: Value, _ strings: borrowing StringStore) {
        if key.isNumber, let position = Int(exactly: key.number), position >= 1, position <= array.count {
            array[position &- 1] = value
            return
        }
        setHashed(key, value, strings)
    }

    mutating func set(at position: Int, _ value: Value, _ strings: borrowing StringStore) {
        if position >= 1, position <= array.count { array[position &- 1] = value } else {
            setHashed(Value(Double(position)), value, strings)
        }
    }

    private mutating func setHashed(_ key: Value, _ value: Value, _ strings: borrowing StringStore) {
        let node = find(key, strings)
        if node >= 0 { nodes[node].value = value } else { insert(key, value, strings) }
    }

    private mutating func insert(_ key: Value, _ value: Value, _ strings: borrowing StringStore) {
        if nodes.isEmpty { return rehash(adding: key, value, strings) }
        var target = mainPosition(key, strings)
        if !nodes[target].value.isNil {
            let free = takeFree()
            if free < 0 { return rehash(adding: key, value, strings) }
            let other = mainPosition(nodes[target].key, strings)
            if other != target {
                // Who sits here belongs elsewhere, and moves to the free node.
                var before = other
                while Int(nodes[before].next) != target { before = Int(nodes[before].next) }
                nodes[before].next = Int32(free)
                nodes[free] = nodes[target]
                nodes[target] = Node()
            } else {
                nodes[free].next = nodes[target].next
                nodes[target].next = Int32(free)
                target = free
            }
        }
        nodes[target].key = key
        nodes[target].value = value
    }

    private mutating func takeFree() -> Int {
        while lastFree > 0 {
            lastFree &-= 1
            if nodes[lastFree].key.isNil { return lastFree }
        }
        return -1
    }

    /// Counts all keys with a value, and one more, and gives each part the size that suits them.
    private mutating func rehash(adding key: Value, _ value: Value, _ strings: borrowing StringStore) {
        // `slices[i]` counts the positions above 2^(i-1) up to 2^i.
        var slices = InlineArray<32, Int>(repeating: 0)
        var total = 0
        var positions = 0
        func count(_ number: Double, _ slices: inout InlineArray<32, Int>) -> Int {
            guard let position = Int(exactly: number), position >= 1, position <= 1 << 26 else { return 0 }
            slices[Table.ceilingLog2(position)] &+= 1
            return 1
        }
        for index in array.indices where !array[index].isNil {
            slices[Table.ceilingLog2(index &+ 1)] &+= 1
            positions &+= 1
            total &+= 1
        }
        for node in nodes where !node.value.isNil {
            if node.key.isNumber { positions &+= count(node.key.number, &slices) }
            total &+= 1
        }
        if key.isNumber { positions &+= count(key.number, &slices) }
        total &+= 1
        let (size, used) = Table.arraySize(slices, positions)
        resize(array: size, hash: total &- used, strings)
        set(key, value, strings)
    }

    /// The largest power of two of which more than half would be in use, and how many keys it takes.
    private static func arraySize(_ slices: InlineArray<32, Int>, _ positions: Int) -> (size: Int, used: Int) {
        var (sum, size, used) = (0, 0, 0)
        var (index, power) = (0, 1)
        while power / 2 < positions {
            if slices[index] > 0 {
                sum &+= slices[index]
                if sum > power / 2 { (size, used) = (power, sum) }
            }
            if sum == positions { break }
            index &+= 1
            power &*= 2
        }
        return (size, used)
    }

    static func ceilingLog2(_ number: Int) -> Int {
        number <= 1 ? 0 : Int.bitWidth &- (number &- 1).leadingZeroBitCount
    }

    /// Gives the parts room for so many keys each.
    mutating func resize(array arraySize: Int, hash hashSize: Int, _ strings: borrowing StringStore) {
        let oldNodes = nodes
        let size = hashSize == 0 ? 0 : 1 &<< Table.ceilingLog2(hashSize)
        var cut: ArraySlice<Value> = []
        if arraySize < array.count {
            cut = array[arraySize...]
            array.removeLast(array.count &- arraySize)
        } else if arraySize > array.count {
            array.reserveCapacity(arraySize)
            array.append(contentsOf: repeatElement(.nil, count: arraySize &- array.count))
        }
        nodes = size == 0 ? [] : [Node](repeating: Node(), count: size)
        lastFree = size
        var position = arraySize
        for value in cut {
            position &+= 1
            if !value.isNil { setHashed(Value(Double(position)), value, strings) }
        }
        for node in oldNodes.reversed() where !node.value.isNil { set(node.key, node.value, strings) }
    }

    mutating func growArray(to size: Int, _ strings: borrowing StringStore) {
        resize(array: size, hash: nodes.count, strings)
    }

    func checkInvariants(_ strings: borrowing StringStore) {
        assert(nodes.isEmpty || nodes.count & (nodes.count - 1) == 0)
        for (index, node) in nodes.enumerated() where !node.value.isNil {
            assert(find(node.key, strings) == index)
        }
    }
}
