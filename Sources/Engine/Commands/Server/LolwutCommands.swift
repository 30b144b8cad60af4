import Bytes
import Wire

/// LOLWUT.
enum LolwutCommands {
    static let lolwut = Command(
        "lolwut", arity: -1, .server, [.readonly, .fast],
        since: "5.0.0", complexity: "O(1)",
        summary: "A picture that is never the same twice, and the server's version.",
        arguments: "version:integer=VERSION?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        // Redis draws another picture for some versions, each with parameters of its own. There is one picture here,
        // without parameters; what follows the version is left alone, as by every Redis without a picture for it.
        if arguments.count > 2, arguments.isWord(1, "version") { _ = try arguments.integer(2) }
        var picture = MartletPicture()
        picture.draw(&keyspace.random)
        let version = "Martlet ver. \(Version.martlet), at home where Redis ver. \(Version.compatible) is.\n"
        reply.verbatim("txt", picture.text + version)
    }
}

/// Martlets over hills at dusk: birds that, in heraldry, have no feet and so are always in flight.
struct MartletPicture {
    private static let width = 64
    private static let height = 14
    private static let birds: [StaticString] = ["\\_v_/", "~-v-~", "/^v^\\", "-~v~-", "`-v-'"]

    private var cells = [UInt8](repeating: UInt8(ascii: " "), count: width * height)

    /// Stars first, then what hides them.
    mutating func draw(_ random: inout SeededRandom) {
        for _ in 0 ..< 20 {
            put(random.next(below: 2) == 0 ? "." : "'", random.next(below: Self.width), random.next(below: 8))
        }
        drawFlock(&random)
        drawHills(&random)
    }

    /// A leader somewhere on the left, and two lines of followers behind and above it or below it.
    private mutating func drawFlock(_ random: inout SeededRandom) {
        let bird = Self.birds[random.next(below: Self.birds.count)]
        let x = 4 + random.next(below: 24)
        let y = 3 + random.next(below: 3)
        put(bird, x, y)
        for rank in 1 ... 1 + random.next(below: 3) {
            put(bird, x + rank * 8 + random.next(below: 3), y - rank)
            put(bird, x + rank * 8 + random.next(below: 3), y + rank)
        }
    }

    /// A ridge that goes up or down by a line at most from one column to the next.
    private mutating func drawHills(_ random: inout SeededRandom) {
        var top = 10 + random.next(below: 3)
        for x in 0 ..< Self.width {
            let before = top
            top = min(Self.height - 1, max(9, top + random.next(below: 3) - 1))
            put(top < before ? "/" : top > before ? "\\" : "_", x, max(top, before))
            for y in max(top, before) + 1 ..< max(Self.height, max(top, before) + 1) {
                put(random.next(below: 9) == 0 ? "," : " ", x, y)
            }
        }
    }

    /// Writes `text` from a place on; what lies outside the picture is not seen.
    private mutating func put(_ text: StaticString, _ x: Int, _ y: Int) {
        guard y >= 0, y < Self.height else { return }
        let bytes = text.bytes
        for i in 0 ..< bytes.byteCount where x + i < Self.width { cells[y * Self.width + x + i] = bytes.byte(i) }
    }

    /// One line for each row, blanks at its end left away.
    var text: String {
        var result = ""
        for y in 0 ..< Self.height {
            let row = cells[y * Self.width ..< (y + 1) * Self.width]
            let end = row.lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? row.startIndex
            result += String(decoding: row[..<end], as: UTF8.self) + "\n"
        }
        return result
    }
}
