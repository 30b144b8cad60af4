import Foundation

/// A directory of a test's own, gone after it.
final class TemporaryDirectory {
    let path: String

    init() throws {
        // Short, because the name of a Unix socket must fit 107 bytes.
        path = "/tmp/martlet-test-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file; returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: path + "/" + name, atomically: false, encoding: .utf8)
        return path + "/" + name
    }

    func read(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    func contains(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
}
