/// The rows of all families, in the order of registration.
enum Families {
    static let all: [[Command]] = [
        ConnectionCommands.rows,
        StringCommands.rows,
        HashCommands.rows,
        BitmapCommands.rows,
        GenericCommands.rows,
        HyperLogLogCommands.rows,
        ListCommands.rows,
        SetCommands.rows,
        SortedSetCommands.rows,
        GeoCommands.rows,
        PubSubCommands.rows,
        ServerCommands.rows,
        MemoryCommands.rows,
        TransactionCommands.rows,
        LeaseCommands.rows,
        ScriptingCommands.rows,
    ]
}
