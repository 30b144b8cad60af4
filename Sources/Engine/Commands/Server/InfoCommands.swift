import Bytes
import Wire

/// INFO.
enum InfoCommands {
    static let info = Command(
        "info", arity: -1, .server, [.loading, .stale], categories: ["dangerous"],
        since: "1.0.0", complexity: "O(1)",
        summary: "Facts and figures about the server, by section.",
        arguments: "section:string?*",
        tips: ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"]
    ) { arguments, keyspace, reply, context throws(CommandError) in
        var names: Set<String> = []
        for index in 1 ..< max(1, arguments.count) {
            switch arguments[index].text.lowercasedASCII {
            case "default": names.formUnion(InfoReport.defaultSections)
            case "all", "everything": names.formUnion(InfoReport.order.map(\.name))
            case let name: names.insert(name)
            }
        }
        if arguments.count == 1 { names = InfoReport.defaultSections }
        context.measureMemory(keyspace)
        reply.verbatim("txt", InfoReport(names, keyspace, context).text)
    }
}
