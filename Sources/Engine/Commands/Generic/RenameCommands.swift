import Bytes
import Wire

/// RENAME, RENAMENX, COPY and MOVE: values that go to another key or database.
enum RenameCommands {
    static let rows: [Command] = [rename, renamenx, copy, move]

    static let rename = Command(
        "rename", arity: 3, .generic, [.write],
        keys: [.range("RW access delete", 1), .range("OW update", 2)],
        since: "1.0.0", complexity: "O(1)",
        summary: "Gives a key another name, replacing what had that name.",
        arguments: "key:key#0 newkey:key#1"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let source = keyspace.write(arguments[1])
        if !source.exists { throw .noSuchKey }
        // A key renamed to itself stays as it is, and nobody is told of a change.
        if !arguments[1].equals(arguments[2]) { keyspace.rename(source, to: arguments[2]) }
        reply.ok()
    }

    static let renamenx = Command(
        "renamenx", arity: 3, .generic, [.write, .fast],
        keys: [.range("RW access delete", 1), .range("OW insert", 2)],
        since: "1.0.0", complexity: "O(1)",
        summary: "Gives a key another name, unless there is a key of that name.",
        arguments: "key:key#0 newkey:key#1"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let source = keyspace.write(arguments[1])
        if !source.exists { throw .noSuchKey }
        // So a key is never renamed to itself: its name is taken.
        if keyspace.find(arguments[2]).exists { return reply.integer(0) }
        keyspace.rename(source, to: arguments[2])
        reply.integer(1)
    }

    static let copy = Command(
        "copy", arity: -3, .generic, [.write, .denyOOM],
        keys: [.range("RO access", 1), .range("OW update", 2)],
        since: "6.2.0", complexity: "O(N) where N is the size of the value.",
        summary: "Copies a value to another key, of this database or another.",
        arguments: "source:key#0 destination:key#1 destination-db:integer=DB? replace=REPLACE?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var database = keyspace.selected
        var replaces = false
        var index = 3
        while index < arguments.count {
            if arguments.isWord(index, "replace") {
                replaces = true
                index += 1
            } else if arguments.isWord(index, "db"), index + 1 < arguments.count {
                database = try arguments.database(index + 1, of: keyspace)
                index += 2
            } else {
                throw .syntax
            }
        }
        if database == keyspace.selected, arguments[1].equals(arguments[2]) { throw .sameObject }
        guard let source = keyspace.read(arguments[1]) else { return reply.integer(0) }
        if !replaces, keyspace.contains(arguments[2], in: database) { return reply.integer(0) }
        keyspace.copy(source, to: arguments[2], in: database)
        reply.integer(1)
    }

    static let move = Command(
        "move", arity: 3, .generic, [.write, .fast],
        keys: [.range("RW access update", 1)],
        since: "1.0.0", complexity: "O(1)",
        summary: "Moves a key to another database, unless it is there already.",
        arguments: "key:key#0 db:integer"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let database = try arguments.database(2, of: keyspace)
        if database == keyspace.selected { throw .sameObject }
        let place = keyspace.write(arguments[1])
        if !place.exists || keyspace.contains(arguments[1], in: database) { return reply.integer(0) }
        keyspace.move(place, to: database)
        reply.integer(1)
    }
}
