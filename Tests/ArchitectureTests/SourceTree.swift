import Foundation

/// The package's own files, found from where this one was compiled.
enum SourceTree {
    /// One source file: its path below the package's directory, and its text.
    struct File: Sendable {
        let path: String
        let text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        /// The target it belongs to: the folder below `Sources`.
        var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
        /// Its lines of code, without comments and the contents of strings in one line.
        var code: [String] {
            lines.map { line in
                let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
                let outside = parts.enumerated().filter { $0.offset % 2 == 0 }.map(\.element).joined(separator: "\"\"")
                guard let comment = outside.range(of: "//") else { return outside }
                return String(outside[..<comment.lowerBound])
            }
        }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Files below `folder` whose names end in one of `extensions`, by path.
    static func files(_ folder: String, _ extensions: Set<String> = ["swift"]) throws -> [File] {
        let manager = FileManager.default
        let paths = try manager.subpathsOfDirectory(atPath: root.appending(path: folder).path).sorted()
        return try paths.filter { extensions.contains(($0 as NSString).pathExtension) }.map { path in
            let text = try String(contentsOf: root.appending(path: folder).appending(path: path), encoding: .utf8)
            return File(path: folder + "/" + path, text: text)
        }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
