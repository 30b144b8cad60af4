import Foundation
import Testing

/// The shape of the tree: what stands where, and how large it may be.
@Suite struct LayoutTests {
    @Test func topLevelHoldsNothingElse() throws {
        let expected: Set = ["Package.swift", "Sources", "Tests", "Benchmarks", "README.md", "docs"]
        let found = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path)
        let excess = found.filter { !$0.hasPrefix(".") && !expected.contains($0) }
        #expect(excess.isEmpty)
    }

    @Test func filesAreSmall() throws {
        let offenders = try SourceTree.files("Sources", ["swift", "c", "h"]).filter { $0.lines.count > 500 }
        #expect(offenders.isEmpty, "\(offenders.map { "\($0.path): \($0.lines.count) lines" })")
    }

    @Test func programIsAFewLines() throws {
        for file in try SourceTree.files("Sources/martlet-server") { #expect(file.lines.count < 40) }
    }

    /// A package with unsafe flags cannot be depended on, and one with dependencies would not build offline.
    @Test func manifestCanBeDependedOn() throws {
        let manifest = try SourceTree.text("Package.swift")
        #expect(!manifest.contains("unsafeFlags"))
        #expect(!manifest.contains(".package("))
        #expect(manifest.contains(".strictMemorySafety()"))
    }

    @Test func noFileIsNamedForNothing() throws {
        for file in try SourceTree.files("Sources") {
            let name = (file.path as NSString).lastPathComponent
            for word in ["Util", "Helper", "Manager", "Misc"] { #expect(!name.contains(word), "\(file.path)") }
        }
    }

    @Test func nothingIsLeftToDo() throws {
        for file in try SourceTree.files("Sources", ["swift", "c", "h"]) {
            let words = file.text.split { !$0.isLetter }
            for word in ["TODO", "FIXME", "XXX"] { #expect(!words.contains(Substring(word)), "\(file.path): \(word)") }
        }
    }
}
