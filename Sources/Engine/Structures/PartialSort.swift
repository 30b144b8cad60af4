/// Sorts a part of an array: afterwards the elements of `wanted` are those that would be there if all had been sorted, and
/// in order. The quicksort of Bentley and McIlroy, "Engineering a sort function" (1993), which leaves out the parts that
/// nobody asked for.
///
///     ┌─────────┬──────────┬───────────┬──────────┬─────────┐
///     │ = pivot │ < pivot  │ not seen  │ > pivot  │ = pivot │
///     └─────────┴──────────┴───────────┴──────────┴─────────┘
///      low       equalEnd   left  right  equalStart      high
///
/// One pass splits in three; what equals the pivot gathers at both ends and is then moved to the middle, where it stays. Pivots
/// are medians of three, or of three such for more than forty elements.
///
/// Elements that compare as equal end up in an order of this algorithm's making. That is part of its purpose: Redis sorts so where
/// SORT has BY and LIMIT, and the same steps give the same order. Costs: O(n + m log m) expected for m elements wanted of n.
struct PartialSort<Element> {
    private let wanted: ClosedRange<Int>
    private let order: (Element, Element) -> Int

    /// `order` gives less than 0, 0 or more, as its first argument belongs in front of the second, beside it or behind it.
    static func sort(_ elements: inout [Element], _ wanted: ClosedRange<Int>, by order: (Element, Element) -> Int) {
        withoutActuallyEscaping(order) { order in
            PartialSort(wanted: wanted, order: order).sort(&elements, from: 0, count: elements.count)
        }
    }

    private func sort(_ elements: inout [Element], from start: Int, count total: Int) {
        var low = start
        var count = total
        while count >= 7 {
            let (smaller, larger) = split(&elements, from: low, count: count)
            if smaller > 1, touches(low, smaller) { sort(&elements, from: low, count: smaller) }
            low += count - larger
            count = larger
            if larger <= 1 || !touches(low, larger) { return }
        }
        insertionSort(&elements, from: low, count: count)
    }

    private func touches(_ start: Int, _ count: Int) -> Bool { wanted.overlaps(start ... start + count - 1) }

    private func insertionSort(_ elements: inout [Element], from low: Int, count: Int) {
        for first in stride(from: low + 1, to: low + count, by: 1) {
            var at = first
            while at > low, order(elements[at - 1], elements[at]) > 0 {
                elements.swapAt(at, at - 1)
                at -= 1
            }
        }
    }

    /// Splits by a pivot. Returns how many elements are smaller than it, which come first, and how many are larger, which come
    /// last.
    private func split(_ elements: inout [Element], from low: Int, count: Int) -> (smaller: Int, larger: Int) {
        let high = low + count - 1
        elements.swapAt(low, pivot(elements, from: low, count: count))
        var equalEnd = low + 1
        var left = low + 1
        var right = high
        var equalStart = high
        while true {
            while left <= right {
                let compared = order(elements[left], elements[low])
                if compared > 0 { break }
                if compared == 0 {
                    elements.swapAt(equalEnd, left)
                    equalEnd += 1
                }
                left += 1
            }
            while left <= right {
                let compared = order(elements[right], elements[low])
                if compared < 0 { break }
                if compared == 0 {
                    elements.swapAt(right, equalStart)
                    equalStart -= 1
                }
                right -= 1
            }
            if left > right { break }
            elements.swapAt(left, right)
            left += 1
            right -= 1
        }
        let smaller = left - equalEnd
        let larger = equalStart - right
        exchange(&elements, low, left, count: min(equalEnd - low, smaller))
        exchange(&elements, left, high + 1, count: min(larger, high - equalStart))
        return (smaller, larger)
    }

    /// Exchanges `count` elements from `first` on with as many in front of `end`.
    private func exchange(_ elements: inout [Element], _ first: Int, _ end: Int, count: Int) {
        for i in 0 ..< max(0, count) { elements.swapAt(first + i, end - count + i) }
    }

    // MARK: The pivot

    private func pivot(_ elements: [Element], from low: Int, count: Int) -> Int {
        var middle = low + count / 2
        if count == 7 { return middle }
        var first = low
        var last = low + count - 1
        if count > 40 {
            let step = count / 8
            first = median(elements, first, first + step, first + 2 * step)
            middle = median(elements, middle - step, middle, middle + step)
            last = median(elements, last - 2 * step, last - step, last)
        }
        return median(elements, first, middle, last)
    }

    private func median(_ elements: [Element], _ a: Int, _ b: Int, _ c: Int) -> Int {
        if order(elements[a], elements[b]) < 0 {
            if order(elements[b], elements[c]) < 0 { return b }
            return order(elements[a], elements[c]) < 0 ? c : a
        }
        if order(elements[b], elements[c]) > 0 { return b }
        return order(elements[a], elements[c]) < 0 ? a : c
    }
}
