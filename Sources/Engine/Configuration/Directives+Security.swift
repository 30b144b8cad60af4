extension Configuration {
    static let securityDirectives = DirectiveGroup(
        title: "Security",
        directives: [
            Directive(
                "requirepass", Text(\.requirepass, "text, or `\"\"`"), .sensitive,
                "Password of the default user; none when empty. Cannot be used with `requirepass-file`."),
            Directive(
                "requirepass-file", Text(\.requirepassFile, "path, or `\"\"`"), [.immutable, .own],
                "File whose first line is the password of the default user, which keeps it out of "
                    + "this file, the process list and CONFIG GET."),
            Directive(
                "aclfile", Text(\.aclFile, "path, or `\"\"`"), .immutable,
                "File of users, one on each line; with it there can be no `user` lines here."),
            Directive(
                "acl-pubsub-default", Choice(\.aclPubSubDefault),
                "Channels a new user may use: all, or none until it is given some."),
            Directive(
                "acllog-max-len", WholeNumber(\.acllogMaxLength, 0...Int.max), "Entries ACL LOG keeps."),
            Directive(
                "enable-protected-configs", Choice(\.enableProtectedConfigs), .immutable,
                "Whether CONFIG SET may change protected directives, which decide where files are "
                    + "written: nobody, everybody, or clients on this machine."),
            Directive(
                "enable-debug-command", Choice(\.enableDebugCommand), .immutable,
                "Who may use DEBUG: nobody, everybody, or clients on this machine."),
            Directive(
                "enable-module-command", Choice(\.enableModuleCommand), .immutable,
                "Who gets past the gate of MODULE LOAD and UNLOAD: nobody, everybody, or clients on "
                    + "this machine. There are no modules to load, which is what everybody else is told."),
        ])
}
