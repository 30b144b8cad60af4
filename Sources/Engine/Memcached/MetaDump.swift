import Bytes
import Wire

/// `lru_crawler metadump all`: a line about every item, bucket by bucket, a slice at a time, so that nobody waits for it. The
/// client's further commands run when it is through.
struct MetaDump {
    let session: Session
    /// Where in the table to go on.
    var cursor: UInt64 = 0

    /// Buckets of one slice.
    static let slice = 128
    /// A client that has this much to read is given time to read it.
    static let mostWaiting = 256 * 1024
}

extension Engine.Core {
    /// One slice of every dump under way. True while one has more to do at once.
    mutating func continueDumps() -> Bool {
        if context.memcached.dumps.isEmpty { return false }
        var left: [MetaDump] = []
        let dumps = context.memcached.dumps
        context.memcached.dumps = []
        for var dump in dumps where dump.session.ending == nil {
            if advance(&dump) {
                left.append(dump)
            } else {
                dump.session.waiting = nil
                context.blocked.release(dump.session)
            }
        }
        context.memcached.dumps += left
        return left.contains { $0.session.outputMemory < MetaDump.mostWaiting }
    }

    /// Sends one slice; false when it was the last.
    private mutating func advance(_ dump: inout MetaDump) -> Bool {
        if dump.session.outputMemory >= MetaDump.mostWaiting { return true }
        var lines = ByteBuffer(capacity: 4096)
        keyspace.selected = dump.session.database
        var buckets = MetaDump.slice
        repeat {
            var entries: [Entry] = []
            dump.cursor = keyspace.scan(dump.cursor) { entries.append($0) }
            for entry in entries where keyspace.arena.header(entry).isString { keyspace.appendLine(entry, to: &lines) }
            buckets -= 1
        } while buckets > 0 && dump.cursor != 0
        if dump.cursor == 0 { lines.append("END\r\n") }
        context.deliver(lines.bytes, to: dump.session)
        return dump.cursor != 0
    }
}

extension Keyspace {
    /// The line of one item.
    fileprivate func appendLine(_ entry: Entry, to lines: inout ByteBuffer) {
        let header = arena.header(entry)
        lines.append("key=")
        lines.append(uriEncoded(arena.key(entry)).bytes)
        let end = arena.deadline(entry).map { ($0 + 999) / 1000 } ?? -1
        let unique = arena.annotation(entry)?.unique ?? 0
        lines.append(
            " exp=\(end) la=\(now / 1000 - Int64(idleSeconds(entry))) cas=\(unique) fetch=\(header.isFetched ? "yes" : "no")"
                + " cls=\(Arena.classNumber(header.size)) size=\(memoryUsage(entry, samples: 0))\n")
    }
}
