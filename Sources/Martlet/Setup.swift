import Engine
import Glibc

/// From the command line to a configuration: reads the files it names.
struct Setup {
    var configuration: Configuration
    /// Absolute path of the configuration file; empty without one.
    var configurationFile = ""

    /// Throws `ConfigurationFileError` for a directive that cannot be accepted, `HostError` for a file that
    /// cannot be read.
    init(arguments: [String]) throws {
        try self.init(ServerArguments(arguments))
    }

    init(_ arguments: ServerArguments) throws {
        var file: [UInt8]?
        if let path = arguments.configurationFile {
            do {
                file = Array(try Files.read(path).utf8)
            } catch {
                throw HostError("Fatal error, can't open config file '\(path)': \(error.message)")
            }
            configurationFile = path.hasPrefix("/") ? path : Files.currentDirectory() + "/" + path
        }
        let input = arguments.readsStandardInput ? Array(Files.readStandardInput().utf8) : nil
        configuration = try Configuration(
            reading: arguments.sources(file: file, standardInput: input),
            totalMemory: Int(clamping: ProcessFigures.totalMemory()), isCommand: { Engine.isCommand($0) },
            include: Setup.include)
        try Setup.refuseWhatIsMissing(configuration)
        if !configuration.directory.hasPrefix("/") {
            let current = Files.currentDirectory()
            configuration.directory = configuration.directory.isEmpty ? current : current + "/" + configuration.directory
        }
        let environment = Supervisor.environment("MARTLET_REQUIREPASS_FILE") ?? ""
        let secret = configuration.requirepassFile.isEmpty ? environment : configuration.requirepassFile
        if !secret.isEmpty, configuration.requirepass.isEmpty {
            let line = try Files.read(secret).prefix { $0 != "\n" && $0 != "\r\n" }
            if line.isEmpty { throw HostError("\(secret): the password file is empty") }
            configuration.secretPassword = String(line)
        }
    }

    /// Refuses settings that promise safety this version does not give; nobody may believe in a log that is not written.
    static func refuseWhatIsMissing(_ configuration: Configuration) throws(HostError) {
        if configuration.appendonly {
            throw HostError("appendonly yes: this version keeps no log; data lives as long as the process.")
        }
        if !configuration.users.isEmpty || !configuration.aclFile.isEmpty {
            throw HostError("user and aclfile: this version knows the default user only; protect it with requirepass.")
        }
    }

    private static func include(_ path: String) throws(ConfigurationSource.IncludeError) -> [ConfigurationSource] {
        let isPattern = path.contains { "*?[".contains($0) }
        var sources: [ConfigurationSource] = []
        for name in isPattern ? Files.matching(path) : [path] {
            do {
                sources.append(ConfigurationSource(.included(name), Array(try Files.read(name).utf8)))
            } catch {
                throw ConfigurationSource.IncludeError(path: name, reason: error.message)
            }
        }
        return sources
    }
}
