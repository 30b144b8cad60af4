import Bytes
@testable import LuaVM

/// Runs a program and gives what it returned, as text, values between commas; or its error.
func run(_ source: String, steps: Int = 1_000, limit: Int = 1 << 28) -> String {
    var machine = Machine(memoryLimit: limit)
    let code: Int
    do throws(CompileError) { code = try machine.compile(Array(source.utf8), chunk: "test") } catch { return error.message }
    machine.begin(code)
    return finish(&machine, steps: steps)
}

func finish(_ machine: inout Machine, steps: Int) -> String {
    for _ in 0 ..< 2_000_000 {
        switch machine.resume(steps: steps) {
        case .finished:
            var texts: [String] = []
            for index in 0 ..< machine.resultCount { texts.append(text(machine.result(index), machine)) }
            return texts.joined(separator: ",")
        case .failed(let value, _, _): return "error: " + text(value, machine)
        case .paused: continue
        case .request: machine.answer([])
        }
    }
    machine.stop()
    return "endless"
}

func text(_ value: Value, _ machine: borrowing Machine) -> String {
    switch value.type {
    case .string, .number:
        var text = ByteBuffer()
        machine.appendText(of: value, to: &text)
        return text.bytes.text
    case .boolean: return value.isTrue ? "true" : "false"
    default: return value.type.rawValue
    }
}
