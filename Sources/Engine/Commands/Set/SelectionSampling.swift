import Bytes

/// Chooses a number of elements out of a known number in one pass, every combination being as likely as any other:
/// algorithm S of Knuth, "The Art of Computer Programming", 3.4.2.
///
/// Each element is taken with the chance (still wanted) / (still to come). O(1) for each, and nothing to remember.
struct SelectionSampling {
    private var wanted: Int
    private var left: Int
    /// The source of randomness, moved on by one number an element.
    private(set) var random: SeededRandom

    init(_ wanted: Int, of count: Int, random: SeededRandom) {
        precondition(wanted <= count)
        self.wanted = wanted
        left = count
        self.random = random
    }

    /// Whether the next element is among those chosen.
    mutating func takesNext() -> Bool {
        precondition(left > 0, "more elements than there were to be")
        let takes = random.next(below: left) < wanted
        left &-= 1
        if takes { wanted &-= 1 }
        return takes
    }
}
