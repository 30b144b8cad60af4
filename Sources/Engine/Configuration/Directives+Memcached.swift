extension Configuration {
    static let memcachedDirectives = DirectiveGroup(
        title: "memcached's protocol",
        directives: [
            Directive(
                "memcached-port", PortOrDefault(\.memcachedPort, Configuration.defaultMemcachedPort), .own,
                "TCP port for clients of memcached; 0 does not listen. `default` is 11211 unless somebody else has it "
                    + "already, which is said in the log; a port that is named must be free."),
            Directive(
                "memcached-bind", Addresses(\.memcachedBind), .own,
                "Addresses to listen on for clients of memcached, as in `bind`."),
            Directive(
                "memcached-database", WholeNumber(\.memcachedDatabase, 0...int32), [.own, .immutable],
                "The database that clients of memcached see, and that `flush_all` empties."),
            Directive(
                "memcached-max-item-size", Memory(\.memcachedMaxItemSize, 1024...1 << 30), .own,
                "Largest item a client of memcached may store; as to memcached, some 60 bytes besides key and value count."),
            Directive(
                "memcached-auth-file", Text(\.memcachedAuthFile, "path, or `\"\"`"), [.own, .immutable],
                "File of lines `name:password`, one of which a client of memcached must give. Without it the port is closed "
                    + "while the default user has a password."),
            Directive(
                "memcached-enable-shutdown", YesNo(\.memcachedEnableShutdown), [.own, .immutable],
                "Whether clients of memcached may end the server with `shutdown`."),
        ])

    /// A port, or the word for one that is used only if it is free.
    struct PortOrDefault: ValueKind {
        let target: Field<Int?>
        let usual: Int

        init(_ target: Field<Int?>, _ usual: Int) {
            self.target = target
            self.usual = usual
        }

        private static let range = 0...65535

        var field: PartialKeyPath<Configuration> { target }
        var syntax: String { "integer from 0 to 65535, or `default`" }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            if arguments[0].lowercased() == "default" {
                configuration[keyPath: target] = nil
                return
            }
            guard let value = Int(decimal: arguments[0]) else { throw .notAnInteger }
            guard PortOrDefault.range.contains(value) else { throw .outOfRange(PortOrDefault.range) }
            configuration[keyPath: target] = value
        }

        func text(_ configuration: Configuration) -> String {
            configuration[keyPath: target].map { "\($0)" } ?? "default"
        }
    }
}
