import Bytes
import Wire

/// The rows of the server group.
enum ServerCommands {
    static let rows: [Command] = [
        CommandCommands.command, ConfigCommands.config, InfoCommands.info, ShutdownCommand.shutdown,
    ]
}
