import Bytes
import Wire

/// MONITOR: clients that are shown every command of everybody, one line for each, when it has run.
///
///     +1339518083.107412 [0 127.0.0.1:60866] "set" "greeting" "hello world"
///       time              │ client            arguments, quoted
///                         database that the command leaves behind
///
/// While there is such a client, a condition of the server's keeps requests from the way around the gate, and behind the
/// gate they are shown; so that while there is none, nobody even asks. A line is written once for all who watch.
extension Context {
    mutating func startMonitoring() {
        monitors.append(session)
        session.conditions.insert(.monitor)
        conditions.insert(.monitored)
    }

    /// RESET, and the end of a connection.
    mutating func stopMonitoring(_ session: Session) {
        if !session.conditions.contains(.monitor) { return }
        session.conditions.remove(.monitor)
        monitors.removeAll { $0 === session }
        if monitors.isEmpty { conditions.remove(.monitored) }
    }

    /// Shows a command of the running client to those who monitor. Commands of administrators are nobody's business.
    mutating func show(_ command: Command, _ arguments: Arguments, byScript: Bool = false) {
        if monitors.isEmpty || !command.flags.isDisjoint(with: [.admin, .skipMonitor]) { return }
        showLine(command, arguments, byScript: byScript)
    }

    /// Shows a command that runs a script, in front of those that the script calls.
    mutating func showScript(_ arguments: Arguments) {
        if monitors.isEmpty { return }
        guard let number = commands.find(arguments[0]) else { return }
        showLine(commands.rows[number], arguments, byScript: false)
    }

    private mutating func showLine(_ command: Command, _ arguments: Arguments, byScript: Bool) {
        let line = monitorLine(command, arguments, byScript: byScript)
        for monitor in monitors where !monitor.isMuted { deliver(line.bytes, to: monitor) }
    }

    private func monitorLine(_ command: Command, _ arguments: Arguments, byScript: Bool) -> ByteBuffer {
        let now = wallMicroseconds()
        var line = ByteBuffer(capacity: 128)
        line.append(UInt8(ascii: "+"))
        line.append(decimal: now / 1_000_000)
        line.append(UInt8(ascii: "."))
        let fraction = now % 1_000_000
        line.append(repeating: UInt8(ascii: "0"), count: 6 - decimalLength(fraction))
        line.append(decimal: fraction)
        line.append(" [\(session.database) ")
        line.append(byScript ? "lua] " : session.isUnixSocket ? "unix:\(configuration.unixSocket)] " : "\(session.peerAddress)] ")
        for index in 0 ..< arguments.count {
            if index > 0 { line.append(UInt8(ascii: " ")) }
            if command.secrets.cover(index, of: arguments) {
                line.append("\"(redacted)\"")
            } else {
                line.append(quoted: arguments[index])
            }
        }
        line.append("\r\n")
        return line
    }
}
