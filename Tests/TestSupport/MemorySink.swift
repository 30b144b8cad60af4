import Bytes
import Engine

/// Takes a snapshot into memory. A test says when it is full, and how it ends.
package final class MemorySink: SnapshotSink {
    package private(set) var bytes: [UInt8] = []
    package var state = SnapshotSinkState.ready
    package private(set) var isAbandoned = false
    /// What the state is after `finish`.
    package var outcome = SnapshotSinkState.done

    package init() {}

    package func append(_ chunk: inout ByteBuffer) {
        bytes += chunk.bytes.array
        chunk.removeAll()
    }

    package func finish() { state = outcome }

    package func abandon() { isAbandoned = true }

    package func wait() { if state == .full { state = .ready } }
}
