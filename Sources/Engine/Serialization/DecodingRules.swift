import Bytes

/// What a decoder must know of the server that its values are for: they leave it in the form in which they will be kept.
package struct DecodingRules: Sendable {
    var sets: SetLimits
    var hashes: HashLimits
    var sortedSets: SortedSetLimits
    var lists: ListLimits
    /// Whether the elements of values in one block are compared, to find some that are there twice.
    var isThorough: Bool
    /// Whether what this server does not know is left out of what is loaded, if it can be told where that ends.
    var skipsUnknown: Bool
    /// The secret that keys are hashed with, so that whoever decodes can do that work.
    let hashKey: SipKey

    init(_ configuration: borrowing Configuration, lists: ListLimits, isThorough: Bool, hashKey: SipKey) {
        sets = SetLimits(configuration)
        hashes = HashLimits(configuration)
        sortedSets = SortedSetLimits(configuration)
        self.lists = lists
        self.isThorough = isThorough
        skipsUnknown = configuration.rdbUnknownValues == .skip
        self.hashKey = hashKey
    }
}
