import Testing

@testable import Engine

@Suite struct ProcessTitleTests {
    private func title(_ template: String, _ change: (inout Configuration) -> Void = { _ in }) -> String {
        var configuration = Configuration()
        configuration.processTitleTemplate = template
        change(&configuration)
        return configuration.processTitle(program: "martlet-server", configurationFile: nil)
    }

    @Test func variablesAreReplaced() {
        #expect(title("{title} {listen-addr} {server-mode}") == "martlet-server *:6379")
        #expect(title("T {title} {port} {tls-port} {config-file}") == "T martlet-server 6379 0 -")
        #expect(title("{{x} {unixsocket}") { $0.unixSocket = "/s" } == "{x} /s")
        #expect(
            title("{listen-addr}") {
                $0.port = 0
                $0.unixSocket = "/s"
            } == "unixsocket:/s")
        #expect(title("{listen-addr}") { $0.bind = ["::1"] } == "::1:6379")
        #expect(title("{listen-addr}") { $0.bind = [] } == "*:6379")
        #expect(title("{server-mode}") == "martlet-server")
    }

    @Test(arguments: ["{title}", "x", "{{", "--my--title"])
    func valid(_ template: String) { #expect(ProcessTitle.isValid(template)) }

    @Test(arguments: ["", "  ", "{", "{title", "{foo}", "{}", "x {Title}"])
    func invalid(_ template: String) { #expect(!ProcessTitle.isValid(template)) }
}
