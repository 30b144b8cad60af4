import Bytes

/// What clients published to which channel, for PUBSUB STATS: the thousand channels that were last published to.
///
/// A table of fixed size in order of use: a message moves its channel's record to the front, a channel that has none takes the
/// record at the back. So channels in steady use stay, however many are used only once. Names of more than 256 bytes are
/// not noted, so that the table's memory is bounded too.
///
/// Costs: O(1) for each message published, 100 bytes and the name for each record.
///
/// Invariants: a record in use is in the list once, and in the index.
struct ChannelTraffic: ~Copyable {
    struct Record {
        var name: [UInt8] = []
        var hash: UInt64 = 0
        var isShard = false
        /// Messages published, and their copies: those put into a subscriber's output, and those that were not because the
        /// subscriber was being cut off.
        var published: UInt64 = 0
        var delivered: UInt64 = 0
        var dropped: UInt64 = 0
        fileprivate var newer = ChannelTraffic.none
        fileprivate var older = ChannelTraffic.none
    }

    static var capacity: Int { 1024 }
    static var longestName: Int { 256 }
    private static var none: Int { -1 }

    private var records: [Record] = []
    private var index = HashIndex()
    private var newest = none
    private var oldest = none

    /// Counts one message.
    mutating func note(
        _ channel: RawSpan, _ hash: UInt64, isShard: Bool, delivered: Int, dropped: Int
    ) {
        if channel.byteCount > ChannelTraffic.longestName { return }
        let place = find(channel, hash, isShard) ?? add(channel, hash, isShard)
        if place != newest {
            unlink(place)
            link(place)
        }
        records[place].published &+= 1
        records[place].delivered &+= UInt64(delivered)
        records[place].dropped &+= UInt64(dropped)
    }

    private func find(_ channel: RawSpan, _ hash: UInt64, _ isShard: Bool) -> Int? {
        index.find(hash) { number in
            let record = records[Int(number)]
            return record.isShard == isShard && record.name.bytes.equals(channel)
        }.map { Int($0) }
    }

    /// All records, those published to most first.
    var all: [Record] { records.sorted { $0.published > $1.published } }

    // MARK: Places

    private mutating func add(_ channel: RawSpan, _ hash: UInt64, _ isShard: Bool) -> Int {
        let place: Int
        if records.count < ChannelTraffic.capacity {
            place = records.count
            records.append(Record())
        } else {
            place = oldest
            index.remove(records[place].hash, UInt32(place))
            unlink(place)
        }
        records[place] = Record(name: channel.array, hash: hash, isShard: isShard)
        index.insert(hash, UInt32(place))
        link(place)
        return place
    }

    /// Puts a record in front.
    private mutating func link(_ place: Int) {
        records[place].newer = ChannelTraffic.none
        records[place].older = newest
        if newest == ChannelTraffic.none { oldest = place } else { records[newest].newer = place }
        newest = place
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (records[place].newer, records[place].older)
        if newer == ChannelTraffic.none { newest = older } else { records[newer].older = older }
        if older == ChannelTraffic.none { oldest = newer } else { records[older].newer = newer }
    }

    func checkInvariants() {
        #if DEBUG
        index.checkInvariants()
        var (place, seen, last) = (newest, 0, ChannelTraffic.none)
        while place != ChannelTraffic.none {
            precondition(records[place].newer == last)
            (last, place, seen) = (place, records[place].older, seen + 1)
        }
        precondition(last == oldest && seen == records.count && index.count == records.count)
        #endif
    }
}
