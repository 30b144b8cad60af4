import Bytes
import Wire

/// lru_crawler and watch: looking at all items, and at what happens to them.
enum CrawlerCommands {
    static let rows: [MemcachedCommand] = [crawler, watch]

    static let crawler = MemcachedCommand("lru_crawler", tokens: 1 ... Int.max, MemcachedCommand.reads) { request, keyspace, reply, context in
        if request.count == 3, request.isWord(1, "metadump") {
            if !request.isWord(2, "all") {
                request.reply("BADCLASS invalid class id", &reply)
                return .done
            }
            context.memcached.dumps.append(MetaDump(session: context.session))
            context.session.waiting = .dumping
        } else if request.count == 3, request.isWord(1, "crawl") {
            // Keys go on time by themselves: there is no crawler that could be told to look for them.
            request.reply("CLIENT_ERROR lru crawler disabled", &reply)
        } else {
            request.reply("ERROR", &reply)
        }
        return .done
    }

    /// Most clients that watch at a time.
    private static let mostWatchers = 20

    static let watch = MemcachedCommand("watch", tokens: 1 ... Int.max, MemcachedCommand.informs) { request, keyspace, reply, context in
        var events: ItemEvents = request.count == 1 ? .fetchers : []
        for index in 1 ..< request.count {
            if request.isWord(index, "fetchers") {
                events.insert(.fetchers)
            } else if request.isWord(index, "mutations") {
                events.insert(.mutations)
            } else if request.isWord(index, "evictions") {
                events.insert(.evictions)
            } else {
                request.reply("ERROR", &reply)
                return .done
            }
        }
        if context.memcached.watchers.count == mostWatchers {
            request.reply("WATCHER_TOO_MANY log watcher limit reached", &reply)
            return .done
        }
        context.startWatching(events, &keyspace)
        request.reply("OK", &reply)
        return .done
    }
}
