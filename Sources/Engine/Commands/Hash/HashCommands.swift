/// The commands about hashes.
enum HashCommands {
    static let rows: [Command] =
        FieldCommands.rows + FieldCountingCommands.rows + WholeHashCommands.rows + RandomFieldCommands.rows
        + FieldExpireCommands.rows + FieldLifetimeCommands.rows + FieldExpirationCommands.rows
        + HashImportCommands.rows
}
