import Bytes
import Wire

extension Session {
    /// Whether the client has subscribed to any channel or pattern.
    var isSubscribed: Bool { false }
}

extension Context {
    @discardableResult
    mutating func publish(channel: RawSpan, message: RawSpan) -> Int { 0 }
}
