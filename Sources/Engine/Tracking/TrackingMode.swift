/// How a client's cache is kept valid: what CLIENT TRACKING ON was given, and what has become of it since.
struct TrackingMode {
    struct Options: OptionSet {
        let rawValue: UInt8

        /// BCAST: the client is told of every change of a key with one of its prefixes, whether it has read the key or not.
        static let broadcast = Options(rawValue: 1 << 0)
        /// OPTIN: only what is read right after CLIENT CACHING YES counts as cached.
        static let optIn = Options(rawValue: 1 << 1)
        /// OPTOUT: what is read right after CLIENT CACHING NO does not.
        static let optOut = Options(rawValue: 1 << 2)
        /// NOLOOP: the client knows of its own changes.
        static let noLoop = Options(rawValue: 1 << 3)
    }

    var options: Options = []
    /// The client that is told instead of this one; 0 for none.
    var redirection: UInt64 = 0
    /// Whether that client was found to be gone.
    var isRedirectionBroken = false
    /// CLIENT CACHING was given, for the next command or transaction.
    var isCachingGiven = false
    /// BCAST: what the keys in question begin with, in byte order.
    var prefixes: [[UInt8]] = []

    /// Whether keys that a command has read just now are to be remembered.
    var remembersReads: Bool {
        if options.contains(.broadcast) { return false }
        if options.contains(.optIn) { return isCachingGiven }
        return !(options.contains(.optOut) && isCachingGiven)
    }

    /// The words that CLIENT TRACKINGINFO shows.
    var words: [String] {
        var words = ["on"]
        if options.contains(.broadcast) { words.append("bcast") }
        if options.contains(.optIn) { words += isCachingGiven ? ["optin", "caching-yes"] : ["optin"] }
        if options.contains(.optOut) { words += isCachingGiven ? ["optout", "caching-no"] : ["optout"] }
        if options.contains(.noLoop) { words.append("noloop") }
        if isRedirectionBroken { words.append("broken_redirect") }
        return words
    }
}
