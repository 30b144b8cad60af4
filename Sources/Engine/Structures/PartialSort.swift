/// Puts the elements at `wanted` where sorting the whole array would put them; what lies outside may be in any order. O(n + m log m)
/// expected for m wanted.
///
/// This is the quicksort of Bentley and McIlroy ("Engineering a sort function", 1993) that leaves alone the parts in which no wanted
/// place is. GEOSEARCH with COUNT and SORT with BY and LIMIT need this algorithm and no other: it is not stable, and Redis sorts
/// with it, so that the order of members at equal distances, or of equal weights, is the one that it leaves.
///
/// `order` says how two elements compare: negative, zero or positive.
func partialSort<Element>(
    _ elements: inout [Element], wanted: Range<Int>, by order: (Element, Element) -> Int
) {
    var sort = PartialSort(wanted: wanted)
    sort.run(&elements, 0, elements.count, order)
}

private struct PartialSort {
    let wanted: Range<Int>

    /// Fewer elements are sorted by insertion.
    private static var few: Int { 7 }
    /// More elements have a pivot that is the median of nine.
    private static var many: Int { 40 }

    mutating func run<Element>(
        _ elements: inout [Element], _ first: Int, _ total: Int, _ order: (Element, Element) -> Int
    ) {
        var start = first
        var count = total
        while true {
            if count < PartialSort.few { return insert(&elements, start ..< start + count, order) }
            elements.swapAt(start, pivot(elements, start, count, order))
            // Equal elements gather at both ends: start ..< equalLow and beyond equalHigh.
            var equalLow = start + 1
            var low = start + 1
            var high = start + count - 1
            var equalHigh = high
            while true {
                while low <= high {
                    let result = order(elements[low], elements[start])
                    if result > 0 { break }
                    if result == 0 {
                        elements.swapAt(equalLow, low)
                        equalLow += 1
                    }
                    low += 1
                }
                while low <= high {
                    let result = order(elements[high], elements[start])
                    if result < 0 { break }
                    if result == 0 {
                        elements.swapAt(high, equalHigh)
                        equalHigh -= 1
                    }
                    high -= 1
                }
                if low > high { break }
                elements.swapAt(low, high)
                low += 1
                high -= 1
            }
            // From both ends to the middle.
            let end = start + count
            exchange(&elements, start, low, min(equalLow - start, low - equalLow))
            exchange(&elements, low, end, min(equalHigh - high, end - equalHigh - 1))
            let smaller = low - equalLow
            if smaller > 1, isWanted(start, smaller) { run(&elements, start, smaller, order) }
            let greater = equalHigh - high
            if greater <= 1 || !isWanted(end - greater, greater) { return }
            start = end - greater
            count = greater
        }
    }

    private func isWanted(_ start: Int, _ count: Int) -> Bool {
        wanted.lowerBound < start + count && start < wanted.upperBound
    }

    /// Exchanges `count` elements from `start` on with those in front of `end`.
    private func exchange<Element>(_ elements: inout [Element], _ start: Int, _ end: Int, _ count: Int) {
        if count <= 0 { return }
        for i in 0 ..< count { elements.swapAt(start + i, end - count + i) }
    }

    private func insert<Element>(
        _ elements: inout [Element], _ range: Range<Int>, _ order: (Element, Element) -> Int
    ) {
        for next in range.dropFirst() {
            var place = next
            while place > range.lowerBound, order(elements[place - 1], elements[place]) > 0 {
                elements.swapAt(place, place - 1)
                place -= 1
            }
        }
    }

    private func pivot<Element>(
        _ elements: [Element], _ start: Int, _ count: Int, _ order: (Element, Element) -> Int
    ) -> Int {
        var middle = start + count / 2
        if count == PartialSort.few { return middle }
        var low = start
        var high = start + count - 1
        if count > PartialSort.many {
            let step = count / 8
            low = median(elements, low, low + step, low + 2 * step, order)
            middle = median(elements, middle - step, middle, middle + step, order)
            high = median(elements, high - 2 * step, high - step, high, order)
        }
        return median(elements, low, middle, high, order)
    }

    private func median<Element>(
        _ elements: [Element], _ a: Int, _ b: Int, _ c: Int, _ order: (Element, Element) -> Int
    ) -> Int {
        if order(elements[a], elements[b]) < 0 {
            return order(elements[b], elements[c]) < 0 ? b : order(elements[a], elements[c]) < 0 ? c : a
        }
        return order(elements[b], elements[c]) > 0 ? b : order(elements[a], elements[c]) < 0 ? a : c
    }
}
