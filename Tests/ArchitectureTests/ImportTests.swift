import Testing

/// Who may know whom. An arrow that is not in the table is a decision, to be made here first.
@Suite struct ImportTests {
    static let allowed: [String: Set<String>] = [
        "CSystem": [],
        "Bytes": ["CSystem", "Glibc"],
        "Wire": ["Bytes"],
        // Glibc for copying and releasing memory only: see `structuresOnly`.
        "LuaVM": ["Bytes", "Glibc"],
        "Engine": ["Bytes", "Wire", "LuaVM", "CSystem", "Glibc"],
        "Transport": ["Bytes", "CSystem", "Dispatch", "Glibc", "Synchronization"],
        "Durability": ["Bytes", "Wire", "Engine", "Dispatch", "Glibc", "Synchronization"],
        "Martlet": ["Bytes", "Wire", "Engine", "Durability", "Transport", "CSystem", "Dispatch", "Glibc", "Synchronization"],
        "martlet-server": ["Martlet", "Glibc"],
    ]

    private static func imports(_ file: SourceTree.File) -> [String] {
        file.code.compactMap { line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), words[..<place].allSatisfy(isModifier) else { return nil }
            // `import struct Module.Name` names the module last.
            return words.last.map { String($0.prefix { $0 != "." }) }
        }
    }

    private static func isModifier(_ word: Substring) -> Bool {
        word.hasPrefix("@") || ["package", "public", "internal", "private", "fileprivate"].contains(word)
    }

    @Test func targetsImportOnlyWhatTheyMay() throws {
        let files = try SourceTree.files("Sources")
        #expect(files.count > 100, "the sources were not found")
        for file in files {
            let allowed = try #require(Self.allowed[file.target], "\(file.path): unknown target")
            let excess = Set(Self.imports(file)).subtracting(allowed)
            #expect(excess.isEmpty, "\(file.path) imports \(excess.sorted())")
        }
    }

    /// The engine does no I/O: what it takes from the C library is memory, and that stays in one room.
    @Test func engineUsesTheSystemInStructuresOnly() throws {
        for file in try SourceTree.files("Sources/Engine") where !file.path.hasPrefix("Sources/Engine/Structures/") {
            let excess = Set(Self.imports(file)).intersection(["Glibc", "CSystem"])
            #expect(excess.isEmpty, "\(file.path) imports \(excess.sorted())")
        }
    }

    @Test func sourcesDoWithoutFoundation() throws {
        for file in try SourceTree.files("Sources", ["swift", "c", "h"]) {
            #expect(!file.code.contains { $0.contains("import Foundation") }, "\(file.path)")
        }
    }

    /// The C target holds declarations, no logic.
    @Test func systemShimsAreSmall() throws {
        let lines = try SourceTree.files("Sources/CSystem", ["c", "h"]).reduce(0) { $0 + $1.lines.count }
        #expect(lines < 200)
    }
}
