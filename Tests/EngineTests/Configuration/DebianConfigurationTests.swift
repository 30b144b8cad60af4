import Foundation
import Testing

@testable import Engine

/// The configuration file Debian ships with Redis has to be taken as it is, but for what it asks that this
/// server refuses.
@Suite struct DebianConfigurationTests {
    private static let path = "/etc/redis/redis.conf"

    @Test(
        .enabled(
            if: FileManager.default.isReadableFile(atPath: path),
            "no readable \(path): redis-server is not installed"))
    func onlyDaemonizeIsRefused() throws {
        var lines = try String(contentsOfFile: DebianConfigurationTests.path, encoding: .utf8).components(
            separatedBy: "\n")
        var refused: [String] = []
        while true {
            do {
                let source = ConfigurationSource(.file("redis.conf"), lines.joined(separator: "\n"))
                let configuration = try Configuration(
                    reading: [source], isCommand: { _ in false }, include: { _ in [] })
                #expect(configuration.directory == "/var/lib/redis")
                #expect(configuration.bind == ["127.0.0.1", "-::1"])
                break
            } catch {
                let place = try #require(error.place)
                refused.append("\(place.text): \(error.reason.text)")
                lines[place.line - 1] = ""
            }
        }
        #expect(
            refused == [
                "daemonize yes: Martlet stays in the foreground: let a supervisor such as systemd, "
                    + "runit or a container runtime start it; daemonize can only be 'no'"
            ])
    }
}
