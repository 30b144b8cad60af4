import Bytes
import Wire

/// The rows of the server group.
enum ServerCommands {
    static let rows: [Command] =
        FlushCommands.rows + SaveCommands.rows + [
            CommandCommands.command, ConfigCommands.config, DebugCommand.debug, InfoCommands.info,
            LolwutCommands.lolwut, MonitorCommand.monitor, ShutdownCommand.shutdown, TimeCommands.time,
        ]
}
