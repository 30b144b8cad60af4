/// What a descriptor is watched for, and what was seen on it.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: 1 << 0)
    package static let writable = Readiness(rawValue: 1 << 1)
    /// The peer will send no more; what it sent before can still be read. Always watched for.
    package static let inputEnded = Readiness(rawValue: 1 << 2)
    /// The connection is dead in both directions. Always watched for.
    package static let broken = Readiness(rawValue: 1 << 3)
}

/// Something happened on the descriptor that was registered with `token`.
package struct ReadinessEvent: Sendable {
    package var token: UInt64
    package var readiness: Readiness

    package init(token: UInt64, readiness: Readiness) {
        self.token = token
        self.readiness = readiness
    }
}

/// The kernel's way of telling which descriptors can be read or written.
///
/// It is asked once per turn, so that it may be behind an existential; nothing per byte or per request goes through it.
/// A change may be reported once (edge-triggered) or for as long as it lasts (level-triggered): the loop reads until
/// a short read, takes its interest back when it does not want to read, and is right with both.
package protocol ReadinessBackend: AnyObject {
    /// Starts watching; what is ready already is reported by the next wait.
    func add(_ descriptor: Int32, token: UInt64, interest: Readiness) throws(SystemError)
    /// Changes what is watched for, and reports again what is ready already.
    func change(_ descriptor: Int32, token: UInt64, interest: Readiness) throws(SystemError)
    /// Forgets a descriptor. To be called before it is closed: its number may be another socket's at once.
    func remove(_ descriptor: Int32)
    /// Waits until something is ready, but no longer than `timeout` microseconds (`nil` for ever), and fills the
    /// front of `events`. Returns how many; 0 if time ran out or a signal came.
    func wait(into events: inout [ReadinessEvent], timeout: Int64?) -> Int
}
