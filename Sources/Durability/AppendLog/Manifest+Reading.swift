import Bytes
import Engine

/// Reading a manifest. Strict: a log whose list of files cannot be trusted is not loaded.
extension Manifest {
    /// Why a text is not a manifest, in Redis's words, and where.
    package struct Malformed: Error, Equatable, Sendable, CustomStringConvertible {
        package var reason: String
        /// Counted from 1.
        package var line: Int
        package var text: String

        package var description: String { "\(reason), at line \(line) of the manifest: \(text)" }
    }

    /// Longer lines are refused.
    private static let longestLine = 1024

    package init(_ text: RawSpan) throws(Malformed) {
        self.init()
        var lines = text.array.split(separator: 10, omittingEmptySubsequences: false)
        // What follows the last line feed is no line unless there is something.
        let isComplete = lines.last?.isEmpty ?? true
        if isComplete { lines.removeLast() }
        if lines.isEmpty { throw Malformed(reason: "Found an empty AOF manifest", line: 1, text: "") }
        for (index, line) in lines.enumerated() {
            if line.first == UInt8(ascii: "#") { continue }
            let isCut = index == lines.count - 1 && !isComplete
            do throws(Rejection) {
                if line.count >= Manifest.longestLine || isCut {
                    throw Rejection(reason: "The AOF manifest file contains too long line")
                }
                try add(line)
            } catch {
                throw Malformed(reason: error.reason, line: index + 1, text: String(decoding: line, as: UTF8.self))
            }
        }
    }

    private struct Rejection: Error { var reason: String }

    private mutating func add(_ line: ArraySlice<UInt8>) throws(Rejection) {
        let malformed = Rejection(reason: "Invalid AOF manifest file format")
        guard let words = ConfigurationLine.words(line), words.count >= 6, words.count % 2 == 0 else { throw malformed }
        var name: String?
        var sequence: Int64?
        var type: UInt8?
        // Pairs of unknown names belong to versions to come.
        for i in stride(from: 0, to: words.count, by: 2) {
            let value = words[i + 1]
            switch String(decoding: words[i], as: UTF8.self).lowercased() {
            case "file":
                if value.contains(UInt8(ascii: "/")) {
                    throw Rejection(reason: "File can't be a path, just a filename")
                }
                name = String(decoding: value, as: UTF8.self)
            case "seq": sequence = Int64(decimal: value.bytes)
            case "type": type = value.first
            default: break
            }
        }
        guard let name, !name.isEmpty, let sequence, sequence > 0, let type else { throw malformed }
        try add(File(name: name, sequence: sequence), type)
    }

    private mutating func add(_ file: File, _ type: UInt8) throws(Rejection) {
        switch type {
        case UInt8(ascii: "b"):
            if base != nil { throw Rejection(reason: "Found duplicate base file information") }
            base = file
        case UInt8(ascii: "h"): history.append(file)
        case UInt8(ascii: "i"):
            if let last = increments.last, file.sequence <= last.sequence {
                throw Rejection(reason: "Found a non-monotonic sequence number")
            }
            increments.append(file)
        default: throw Rejection(reason: "Unknown AOF file type")
        }
    }
}
