/// One RESP2 or RESP3 reply, as a client sees it.
package indirect enum Reply: Equatable, Sendable {
    case simple(String)
    case error(String)
    case integer(Int64)
    case bulk([UInt8])
    case array([Reply])
    /// `$-1`, `*-1` and `_`.
    case null
    case double(Double)
    case boolean(Bool)
    case bigNumber(String)
    case bulkError([UInt8])
    case verbatim(format: String, [UInt8])
    case map([Pair])
    case set([Reply])
    case push([Reply])
    /// A reply with remarks in front of it.
    case attributed([Pair], Reply)

    package struct Pair: Equatable, Sendable {
        package var key: Reply
        package var value: Reply

        package init(_ key: Reply, _ value: Reply) {
            self.key = key
            self.value = value
        }
    }

    /// A bulk reply of text.
    package static func bulk(_ text: String) -> Reply { .bulk(Array(text.utf8)) }

    /// The text of any reply that is one.
    package var text: String? {
        switch self {
        case .simple(let text), .error(let text), .bigNumber(let text): text
        case .bulk(let bytes), .bulkError(let bytes), .verbatim(_, let bytes):
            String(decoding: bytes, as: UTF8.self)
        default: nil
        }
    }

    /// The elements of any reply that has some; a map's keys and values alternate.
    package var elements: [Reply]? {
        switch self {
        case .array(let elements), .set(let elements), .push(let elements): elements
        case .map(let pairs): pairs.flatMap { [$0.key, $0.value] }
        default: nil
        }
    }

    package subscript(index: Int) -> Reply { elements![index] }
}
