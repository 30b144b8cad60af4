/// The commands of the generic group: those that work on a key whatever it holds.
enum GenericCommands {
    static let rows: [Command] =
        KeyCommands.rows + RenameCommands.rows + ExpireCommands.rows + LifetimeCommands.rows + ScanCommands.rows
        + SortCommands.rows + DumpCommands.rows + [ObjectCommands.object, WaitCommands.wait]
}
