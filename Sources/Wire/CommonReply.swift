/// Whole replies that are the same in both dialects, ready to be sent.
package enum CommonReply {
    package static var ok: StaticString { "+OK\r\n" }
    package static var pong: StaticString { "+PONG\r\n" }
    package static var queued: StaticString { "+QUEUED\r\n" }
    package static var zero: StaticString { ":0\r\n" }
    package static var one: StaticString { ":1\r\n" }
    package static var emptyBulk: StaticString { "$0\r\n\r\n" }
    package static var emptyArray: StaticString { "*0\r\n" }
}
