/// What the process list shows: a template with variables in braces, where `{{` stands for one brace.
package enum ProcessTitle {
    static func isValid(_ template: String) -> Bool {
        expand(template) { variables.contains($0) ? "?" : nil }.map { !$0.isEmpty } ?? false
    }

    private static let variables: Set<Substring> = [
        "title", "listen-addr", "server-mode", "port", "tls-port", "unixsocket", "config-file",
    ]

    /// The template with `value` in place of each variable, without blanks at its ends; nil when a brace is
    /// not closed or `value` knows no such variable.
    static func expand(_ template: String, _ value: (Substring) -> String?) -> String? {
        var result = ""
        var rest = template[...]
        while let brace = rest.firstIndex(of: "{") {
            result += rest[..<brace]
            rest = rest[brace...].dropFirst()
            if rest.first == "{" {
                result += "{"
                rest = rest.dropFirst()
                continue
            }
            guard let end = rest.firstIndex(of: "}"), let text = value(rest[..<end]) else { return nil }
            result += text
            rest = rest[end...].dropFirst()
        }
        result += rest
        let head = result.drop { $0 == " " }
        return String(head.reversed().drop { $0 == " " }.reversed())
    }
}

extension Configuration {
    /// What the process list should show for `program`, started with `configurationFile`.
    package func processTitle(program: String, configurationFile: String?) -> String {
        let title = ProcessTitle.expand(processTitleTemplate) { variable in
            switch variable {
            case "title": program
            case "listen-addr": port == 0 ? "unixsocket:\(unixSocket)" : "\(bind.first ?? "*"):\(port)"
            case "server-mode": ""
            case "port": "\(port)"
            case "tls-port": "0"
            case "unixsocket": unixSocket
            case "config-file": configurationFile ?? "-"
            default: nil
            }
        }
        return title.flatMap { $0.isEmpty ? nil : $0 } ?? program
    }
}
