/// The commands of the set group.
enum SetCommands {
    static let rows: [Command] =
        MemberCommands.rows + RandomMemberCommands.rows + SetAlgebraCommands.rows + SetCardinalityCommands.rows
}

extension Context {
    /// How long sets stay compact, as the configuration says now.
    var setLimits: SetLimits { SetLimits(configuration) }
}
