import Bytes
import Engine

/// A file that is bytes in memory, decoded as they are asked for, some at a time.
package final class MemorySource: SnapshotSource {
    private let file: [UInt8]
    private var decoder: FileDecoder
    private var position = 0
    /// Bytes that the decoder is shown; more once it wants more.
    private var shown: Int
    private let step: Int
    private var isFinished = false

    /// A file of which the decoder is shown `step` bytes more each time it has used what it saw.
    package init(_ file: [UInt8], _ rules: DecodingRules, step: Int = .max, verifiesChecksum: Bool = true) {
        self.file = file
        self.step = step
        shown = min(step, file.count)
        decoder = FileDecoder(rules, verifiesChecksum: verifiesChecksum)
    }

    package func next(waiting: Bool) throws(HostError) -> RecordBatch? {
        if isFinished { return nil }
        var batch = RecordBatch()
        while true {
            let (used, status) = try decode(&batch)
            position += used
            switch status {
            case .finished:
                isFinished = true
                return batch
            case .batchFull: return batch
            case .needsInput:
                if shown == file.count { throw HostError("Unexpected EOF reading RDB file") }
                shown = step > file.count - shown ? file.count : shown + step
            }
        }
    }

    private func decode(_ batch: inout RecordBatch) throws(HostError) -> (Int, FileDecoder.Status) {
        // Bytes of a class's property cannot be lent.
        let file = file
        let part = file.bytes.extracting(position ..< shown)
        do throws(FileFault) {
            let (used, status) = try decoder.decode(
                part, rest: file.count - shown, into: &batch)
            return (used, status)
        } catch {
            throw HostError(error.message)
        }
    }

    package func recycle(_ batch: consuming RecordBatch) {}

    package func abandon() { isFinished = true }

    package var progress: SourceProgress {
        var progress = SourceProgress()
        progress.bytes = position
        progress.totalBytes = file.count
        progress.isFinished = isFinished
        progress.skipped = decoder.skipped
        return progress
    }
}
