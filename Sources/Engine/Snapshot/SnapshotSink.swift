import Bytes

/// Where a snapshot's bytes go: a file, as a rule, that another thread writes. All calls come from the executor.
package protocol SnapshotSink: AnyObject {
    /// How things stand. A sink that stops being `full`, or that ends, wakes the executor.
    var state: SnapshotSinkState { get }

    /// Takes over the bytes in `chunk`, which is empty afterwards. It takes them even when it is full, but then it is not asked
    /// again without need.
    func append(_ chunk: inout ByteBuffer)

    /// Everything has been appended. The state is `done` or `failed` some time after.
    func finish()

    /// The snapshot is given up: what was written goes.
    func abandon()

    /// Returns when the state is not `full`, and after `finish` when it is final. For those who have nothing better to do.
    func wait()
}

package enum SnapshotSinkState: Equatable, Sendable {
    case ready
    /// So much waits to be written that more had better come later.
    case full
    /// The snapshot is where it was to go, and safe there.
    case done
    case failed(String)

    var isFinal: Bool {
        switch self {
        case .ready, .full: false
        case .done, .failed: true
        }
    }
}

/// What a snapshot is written for, and how.
package struct SnapshotOptions: Sendable, Equatable {
    /// It will be the base of an append-only log.
    package var isLogBase = false
    /// Whether texts are compressed.
    package var compresses = true

    package init() {}

    package init(_ configuration: borrowing Configuration, isLogBase: Bool = false) {
        self.isLogBase = isLogBase
        compresses = configuration.rdbCompression
    }
}

/// How a snapshot ended.
package enum SnapshotOutcome: Equatable, Sendable {
    case saved
    case failed(String)
}
