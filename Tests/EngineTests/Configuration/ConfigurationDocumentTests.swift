import Foundation
import Testing

@testable import Engine

/// docs/configuration.md is made from the table of directives; this says when it no longer says what the
/// table does.
@Suite struct ConfigurationDocumentTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/configuration.md").path

    @Test func isUpToDate() throws {
        let expected = ConfigurationDocument.text
        if ProcessInfo.processInfo.environment["MARTLET_WRITE_DOCS"] != nil {
            try FileManager.default.createDirectory(
                atPath: (ConfigurationDocumentTests.path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try expected.write(toFile: ConfigurationDocumentTests.path, atomically: true, encoding: .utf8)
        }
        let written = try? String(contentsOfFile: ConfigurationDocumentTests.path, encoding: .utf8)
        #expect(
            written == expected,
            "docs/configuration.md is stale; run this suite with MARTLET_WRITE_DOCS=1 to write it")
    }

    @Test func listsEveryDirectiveWithItsDefaultAndWhetherItCanChange() {
        let text = ConfigurationDocument.text
        for directive in Configuration.directives {
            let row = text.split(separator: "\n").first { $0.hasPrefix("| `\(directive.name)`") }
            let cells = row?.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
            #expect(cells.count == 5, "\(directive.name)")
            #expect(cells.dropFirst().first == ConfigurationDocument.defaultValue(of: directive))
            #expect(cells.dropFirst(3).first?.hasPrefix("no") == directive.traits.contains(.immutable))
        }
        for directive in Configuration.unsupportedDirectives { #expect(text.contains("`\(directive.name)`")) }
    }
}

/// Writes docs/configuration.md.
enum ConfigurationDocument {
    static func defaultValue(of directive: Configuration.Directive) -> String {
        let lines = directive.kind.lines(Configuration())
        let values = lines.map {
            $0.hasPrefix("\"") && $0.hasSuffix("\"") && $0.count > 2 ? String($0.dropFirst().dropLast()) : $0
        }
        return values.map { "`\($0)`" }.joined(separator: "<br>")
    }

    private static func atRunTime(_ directive: Configuration.Directive) -> String {
        if directive.traits.contains(.immutable) { return "no" }
        if directive.traits.contains(.protected) { return "yes, if `enable-protected-configs` allows" }
        return directive.traits.contains(.deniedWhileLoading) ? "yes, but not while loading" : "yes"
    }

    private static func notes(_ directive: Configuration.Directive) -> String {
        var notes = directive.summary
        if directive.traits.contains(.own) { notes += " Not in Redis." }
        if directive.traits.contains(.hidden) { notes += " CONFIG GET needs its full name." }
        return notes
    }

    private static func names(_ name: String, _ alias: String?) -> String {
        "`\(name)`" + (alias.map { "<br>also `\($0)`" } ?? "")
    }

    static var text: String {
        var text = introduction
        for group in Configuration.directiveGroups {
            text +=
                "\n## \(group.title)\n\n| directive | default | values | at run time | |\n|---|---|---|---|---|\n"
            for directive in group.directives {
                let cells = [
                    names(directive.name, directive.alias), defaultValue(of: directive), directive.syntax,
                    atRunTime(directive), notes(directive),
                ]
                text += "| " + cells.joined(separator: " | ") + " |\n"
            }
        }
        text += unsupportedIntroduction
        for directive in Configuration.unsupportedDirectives {
            let values = [directive.answer].compactMap(\.self) + directive.tolerated
            let accepted =
                values.isEmpty
                ? "nothing" : values.map { $0.isEmpty ? "`\"\"`" : "`\($0)`" }.joined(separator: ", ")
            text += "| \(names(directive.name, directive.alias)) | \(accepted) | \(directive.reason). |\n"
        }
        return text
    }

    private static let introduction = """
        # Configuration

        <!-- Made from the table of directives: MARTLET_WRITE_DOCS=1 swift test --filter ConfigurationDocumentTests -->

        Martlet reads configuration files written for Redis 7. In order, and with the last word for what comes last:

        1. the file that is the first argument: `martlet-server /etc/martlet.conf`,
        2. the standard input, when the first or last argument is `-`,
        3. the options: `--port 7000 --save 900 1 --bind 127.0.0.1 ::1`, or `"--port 7000"`.

        A line is a directive's name and its values, separated by blanks. Values with blanks go in quotes; in double quotes
        `\\n`, `\\r`, `\\t`, `\\xHH`, `\\"` and `\\\\` are known, in single quotes only `\\'`. A line that begins with `#` is a
        comment. Text is UTF-8. Names and words such as `yes` may be in any case.

        Sizes are bytes, or have a unit: `k`, `m`, `g` are powers of 1000, `kb`, `mb`, `gb` powers of 1024. `maxmemory` may
        also be a percentage of the machine's memory.

        The server does not start with a line it does not understand, or that asks for something it does not do; it says
        which line and why.

        Four kinds of lines are not settings, and CONFIG GET does not show them:

        | line | |
        |---|---|
        | `include PATH` | Reads another file at this place. `*`, `?` and `[` match any number of files, including none. |
        | `rename-command NAME NEW` | Gives a command another name, or with `""` none. |
        | `user NAME RULES...` | An ACL user, as ACL SETUSER takes it. |
        | `# ...` | A comment. |

        CONFIG SET takes any number of pairs and does all or nothing. CONFIG REWRITE writes the present values into the
        file: it replaces lines where they are, keeps comments and order, and appends what is new under
        `# Generated by CONFIG REWRITE`.

        ## Differences from Redis 7.0

        - A value that is no value is refused where Redis takes it for 0: an empty size, a size that is only a unit, a number
          with blanks around it in `save` or `client-output-buffer-limit`, an empty list.
        - A size too large for 63 bits is refused where Redis wraps it around.
        - Values that are not UTF-8 are refused, and so are those with a NUL byte, which Redis would cut there.
        - `notify-keyspace-events An` keeps its `n`, which Redis forgets.
        - CONFIG REWRITE does not add settings that have their default value; Redis adds some of them.
        - Error messages about the start name the included file or option, suggest the name that was probably meant, and do
          not show passwords.

        """

    private static let unsupportedIntroduction = """

        ## What Martlet does not have

        These directives of Redis are accepted with the values named here, which ask for nothing, and refused with any other.
        CONFIG GET answers with the first of them.

        | directive | accepted | why |
        |---|---|---|

        """
}
