import Wire

/// DEBUG RELOAD: the data go to the file and come back from it.
extension DebugCommand {
    static let reload = DebugSubcommand(
        "reload", 2 ... .max, "RELOAD [option ...]",
        "Save the data to the RDB file, forget them, and load them from there. Options:",
        "* MERGE: A key that is there already is replaced, and is no error.",
        "* NOFLUSH: The data are not forgotten before.",
        "* NOSAVE: They are not saved: what is in the file is loaded."
    ) { arguments, keyspace, reply, context throws(CommandError) in
        var options = LoadingOptions()
        var (saves, flushes) = (true, true)
        for index in 2 ..< arguments.count {
            if arguments.isWord(index, "merge") {
                options.replacesKeys = true
            } else if arguments.isWord(index, "noflush") {
                flushes = false
            } else if arguments.isWord(index, "nosave") {
                saves = false
            } else {
                throw .text("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.")
            }
        }
        if context.conditions.contains(.loading) { throw .text("LOADING Redis is loading the dataset in memory") }
        if keyspace.snapshot.isRunning { throw .text("ERR Background save already in progress") }
        do throws(HostError) {
            if saves { try context.save(&keyspace) }
        } catch {
            throw .text("ERR")
        }
        if flushes {
            for database in 0 ..< keyspace.databases.count { keyspace.clear(database) }
        }
        do throws(HostError) {
            try context.load(options, &keyspace)
        } catch {
            context.host.log(.warning, "Error loading the RDB file: \(error.message)")
            throw .text("ERR Error trying to load the RDB dump, check server logs.")
        }
        context.readClock(&keyspace)
        context.host.log(.warning, "DB reloaded by DEBUG RELOAD")
        reply.ok()
    }
}
