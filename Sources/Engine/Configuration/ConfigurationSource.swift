/// Text in the syntax of redis.conf, and where it came from.
package struct ConfigurationSource: Sendable, Equatable {
    package enum Origin: Sendable, Equatable {
        case file(String)
        /// A file that another one includes.
        case included(String)
        case standardInput
        case commandLine

        /// How an error message names a place in it, up to the number.
        var phrase: String {
            switch self {
            case .file: "the configuration file, at line"
            case .included(let path): "the included file '\(path)', at line"
            case .standardInput: "the standard input, at line"
            case .commandLine: "the command line, at option"
            }
        }
    }

    package var origin: Origin
    /// Bytes, not text: comments may be in any encoding.
    package var contents: [UInt8]

    package init(_ origin: Origin, _ contents: [UInt8]) {
        self.origin = origin
        self.contents = contents
    }

    package init(_ origin: Origin, _ contents: String) { self.init(origin, Array(contents.utf8)) }

    /// Finds the files an `include` names; the host does, as it means reading the file system.
    ///
    /// A path with `*`, `?` or `[` is a pattern: it stands for all files that match, in order, and for none
    /// if there are none. Any other path must exist. Relative ones are relative to the current directory.
    package typealias Includer = (_ path: String) throws(IncludeError) -> [ConfigurationSource]

    /// Why the file an `include` names cannot be read.
    package struct IncludeError: Error, Equatable, Sendable {
        package var path: String
        /// In the words of the operating system.
        package var reason: String

        package init(path: String, reason: String) {
            self.path = path
            self.reason = reason
        }
    }
}
