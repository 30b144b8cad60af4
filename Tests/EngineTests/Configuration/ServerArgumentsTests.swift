import Testing

@testable import Engine

/// The command line, by the rules of Redis 7; the cases are those of its suite, and each was put to
/// redis-server 7.0.15.
@Suite struct ServerArgumentsTests {
    private func read(_ arguments: String...) throws -> Configuration {
        try Configuration(
            reading: ServerArguments(arguments).sources(file: nil, standardInput: nil),
            isCommand: { $0 == "get" },
            include: { _ in [] })
    }

    @Test func requests() {
        #expect(ServerArguments([]).request == .run)
        #expect(ServerArguments(["--version"]).request == .version)
        #expect(ServerArguments(["-v"]).request == .version)
        #expect(ServerArguments(["--help"]).request == .help)
        #expect(ServerArguments(["-h"]).request == .help)
        #expect(ServerArguments(["redis.conf", "--version"]).request == .run)
    }

    @Test func theFirstArgumentMayBeAFile() {
        #expect(ServerArguments(["redis.conf", "--port", "1"]).configurationFile == "redis.conf")
        #expect(ServerArguments(["--port", "1", "redis.conf"]).configurationFile == nil)
        #expect(ServerArguments([]).configurationFile == nil)
    }

    @Test func aDashReadsTheStandardInputFirstOrLast() {
        #expect(ServerArguments(["-"]).readsStandardInput)
        #expect(ServerArguments(["-", "--port", "1"]).readsStandardInput)
        #expect(ServerArguments(["redis.conf", "--port", "1", "-"]).readsStandardInput)
        let between = ServerArguments(["--logfile", "-", "--port", "1"])
        #expect(!between.readsStandardInput && between.options == "logfile \"-\" \nport \"1\" ")
    }

    @Test func sourcesAreReadInOrder() {
        let arguments = ServerArguments(["f", "--port", "1", "-"])
        let sources = arguments.sources(file: [1], standardInput: [2])
        #expect(sources.map(\.origin) == [.file("f"), .standardInput, .commandLine])
        #expect(ServerArguments([]).sources(file: nil, standardInput: nil) == [])
    }

    @Test func valuesOfAnOptionEndAtTheNextOne() throws {
        let configuration = try read(
            "--save", "60", "1", "--save", "70 2", "--bind", "127.0.0.1", "::1", "--port", "7000")
        #expect(configuration.save == [.init(60, 1), .init(70, 2)])
        #expect(configuration.bind == ["127.0.0.1", "::1"] && configuration.port == 7000)
    }

    @Test func namesAndValuesMayBeOneArgument() throws {
        let configuration = try read("--maxmemory '700mb'", "--maxmemory-policy \"volatile-lru\"", "--hz 20")
        #expect(configuration.maxmemory == 734_003_200)
        #expect(configuration.maxmemoryPolicy == .volatileLRU)
        #expect(configuration.hz == 20)
    }

    @Test func aValueMayLookLikeAnOption() throws {
        let configuration = try read(
            "--proc-title-template", "--my--title--template", "--loglevel", "verbose")
        #expect(configuration.processTitleTemplate == "--my--title--template")
        #expect(configuration.logLevel == .verbose)
        #expect(try read("--proc-title-template --x", "--hz 20").processTitleTemplate == "--x")
        let save = try read("--proc-title-template", "--save", "--save", "", "--loglevel", "verbose")
        #expect(save.processTitleTemplate == "--save" && save.save == [] && save.logLevel == .verbose)
    }

    @Test(arguments: [
        ["--save", "--loglevel", "verbose"], ["--loglevel", "verbose", "--save"],
        ["--save", "", "--loglevel", "verbose"],
        ["--loglevel", "verbose", "--save", ""], ["--SAVE", "--loglevel", "verbose"],
    ])
    func saveMayBeEmpty(_ arguments: [String]) throws {
        let configuration = try Configuration(
            reading: ServerArguments(arguments).sources(file: nil, standardInput: nil),
            isCommand: { _ in false },
            include: { _ in [] })
        #expect(configuration.save == [] && configuration.logLevel == .verbose)
    }

    @Test func listsInOneOrSeveralArguments() throws {
        let configuration = try read(
            "--shutdown-on-sigint", "nosave", "force", "now", "--shutdown-on-sigterm", "nosave force")
        #expect(configuration.shutdownOnSigint == [.nosave, .now, .force])
        #expect(configuration.shutdownOnSigterm == [.nosave, .force])
    }

    @Test func bytesThatNeedQuotesSurvive() throws {
        #expect(try read("--requirepass", "a b\"c\\\n\té'").requirepass == "a b\"c\\\n\té'")
    }

    @Test(arguments: [
        (["--timeout"], "wrong number of arguments"),
        (["--timeout", "--hz", "5"], "wrong number of arguments"),
        (["--foo", "1"], "Bad directive or wrong number of arguments"),
        (["--\"timeout", "5"], "Unbalanced quotes in configuration line"), (["foo"], nil),
        (["--hz", "5", "-"], nil),
        (["--rename-command", "get", ""], nil),
        (["--rename-command", "foo", ""], "No such command in rename-command"),
    ])
    func problems(_ arguments: [String], _ reason: String?) {
        do {
            _ = try Configuration(
                reading: ServerArguments(arguments).sources(file: nil, standardInput: nil),
                isCommand: { $0 == "get" },
                include: { _ in [] })
            #expect(reason == nil)
        } catch {
            #expect(error.reason.text == reason)
        }
    }
}
