import Bytes
import Wire

/// What a session keeps that speaks memcached's protocol.
///
/// Everything else about it is a session's: output and its limits, waiting, the database, its end.
final class MemcachedClient {
    /// How far its unfinished line, or a block that nobody wants, has been read.
    var progress = MemcachedParser.Progress()
    /// Whether it has given a name and password from the credentials file, or need not.
    var isAuthenticated: Bool
    /// What it is shown, once it has said `watch`.
    var watches: ItemEvents = []

    init(isAuthenticated: Bool) { self.isAuthenticated = isAuthenticated }
}
