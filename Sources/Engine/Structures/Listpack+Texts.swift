import Bytes

/// Elements as what they stand for, whichever way they are kept.
extension Listpack {
    /// Hands the text of the element at `position` to `body`.
    @inline(__always)
    static func withText<Result>(_ pack: RawSpan, _ position: Int, _ body: (RawSpan) -> Result) -> Result {
        switch value(pack, position) {
        case .integer(let value): body(NumberText(value).bytes)
        case .text(let range): body(pack.extracting(range))
        }
    }

    /// A copy of the text of the element at `position`.
    static func text(_ pack: RawSpan, _ position: Int) -> [UInt8] { withText(pack, position) { $0.array } }

    /// The integer at `position`, where one was written.
    @inline(__always)
    static func number(_ pack: RawSpan, _ position: Int) -> Int64 {
        guard case .integer(let value) = value(pack, position) else { preconditionFailure("no integer at \(position)") }
        return value
    }
}
