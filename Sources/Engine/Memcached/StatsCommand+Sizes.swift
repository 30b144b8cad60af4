import Bytes
import Wire

/// What there is of which size. memcached's slab classes are the arena's size classes: both cut pages into chunks of one size.
extension StatsCommand {
    static func items(_ keyspace: borrowing Keyspace, _ reply: inout ReplyWriter) {
        for usage in keyspace.arena.usage() where usage.used > 0 {
            line("items:\(usage.number):number", usage.used, &reply)
            line("items:\(usage.number):mem_requested", usage.used * usage.chunkSize, &reply)
        }
        end(&reply)
    }

    static func slabs(_ keyspace: borrowing Keyspace, _ reply: inout ReplyWriter, _ context: borrowing Context) {
        var active = 0
        for usage in keyspace.arena.usage() where usage.pages > 0 {
            active += 1
            let prefix = "\(usage.number):"
            let perPage = Arena.pageSize / usage.chunkSize
            line(prefix + "chunk_size", usage.chunkSize, &reply)
            line(prefix + "chunks_per_page", perPage, &reply)
            line(prefix + "total_pages", usage.pages, &reply)
            line(prefix + "total_chunks", usage.pages * perPage, &reply)
            line(prefix + "used_chunks", usage.used, &reply)
            line(prefix + "free_chunks", usage.pages * perPage - usage.used, &reply)
        }
        line("active_slabs", active, &reply)
        line("total_malloced", keyspace.arena.pagedBytes + keyspace.arena.externalBytes, &reply)
        end(&reply)
    }

    /// Items by size in steps of 32 bytes, from a sample when there are many: looking at all would hold everybody up.
    static func sizes(_ keyspace: borrowing Keyspace, _ reply: inout ReplyWriter, _ context: borrowing Context) {
        var counts: [Int: Int] = [:]
        var (cursor, seen): (UInt64, Int) = (0, 0)
        repeat {
            cursor = keyspace.scan(cursor) { entry in
                counts[(keyspace.memoryUsage(entry, samples: 5) + 31) / 32 * 32, default: 0] += 1
                seen += 1
            }
        } while cursor != 0 && seen < mostSampled
        let total = keyspace.keyCount
        for (size, count) in counts.sorted(by: { $0.key < $1.key }) {
            line("\(size)", seen < total ? count * total / max(seen, 1) : count, &reply)
        }
        end(&reply)
    }

    private static let mostSampled = 20_000

    /// `stats cachedump class limit`: some items of one size class, looked for among as many as `sizes` looks at.
    static func dump(_ request: inout MemcachedRequest, _ keyspace: borrowing Keyspace, _ reply: inout ReplyWriter) {
        if request.count < 4 { return request.reply("CLIENT_ERROR bad command line", &reply) }
        guard let wanted = MemcachedNumber.unsigned32(request[2]), let limit = MemcachedNumber.unsigned32(request[3]) else {
            return request.reply("CLIENT_ERROR bad command line format", &reply)
        }
        if Int(wanted) >= Arena.classCount { return request.reply("CLIENT_ERROR Illegal slab id", &reply) }
        let most = limit == 0 ? mostSampled : min(Int(limit), mostSampled)
        var (cursor, seen): (UInt64, Int) = (0, 0)
        var found: [Entry] = []
        repeat {
            cursor = keyspace.scan(cursor) { entry in
                seen += 1
                let header = keyspace.arena.header(entry)
                if header.isString, Arena.classNumber(header.size) == Int(wanted) { found.append(entry) }
            }
        } while cursor != 0 && seen < mostSampled && found.count < most
        for entry in found.prefix(most) {
            let end = keyspace.arena.deadline(entry).map { $0 / 1000 } ?? 0
            reply.output.append("ITEM ")
            reply.output.append(keyspace.arena.key(entry))
            reply.output.append(text: " [\(keyspace.textLength(entry)) b; \(end) s]\r\n")
        }
        end(&reply)
    }
}
