import Foundation
import TestSupport

/// The built program, run as a supervisor would: it reports that it is ready to a socket of ours, so that nothing
/// has to be tried again and again.
final class ServerProcess {
    let process = Process()
    private let output = Pipe()

    /// The program beside the tests; they depend on it, so it is there.
    static let executable = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "martlet-server")

    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        process.executableURL = Self.executable
        process.arguments = arguments
        process.environment = environment
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    deinit { if process.isRunning { process.terminate() } }

    /// Waits for its end; returns everything it wrote.
    func finish() -> (status: Int32, output: String) {
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Runs it to its end.
    static func run(_ arguments: String...) throws -> (status: Int32, output: String) {
        try ServerProcess(arguments).finish()
    }
}
