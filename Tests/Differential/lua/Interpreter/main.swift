import Bytes
import Glibc
import LuaVM

/// Runs a Lua program from standard input, for comparison with other interpreters. `print` is all it can do outside.
var source: [UInt8] = []
while let line = readLine(strippingNewline: false) { source += Array(line.utf8) }

var machine = Machine()
machine.store("print", machine.hostFunction("print", 0), in: machine.globalTable)
machine.seal()

func show(_ value: Value, _ machine: borrowing Machine) -> String {
    switch value.type {
    case .string, .number:
        var text = ByteBuffer()
        machine.appendText(of: value, to: &text)
        return text.bytes.text
    case .nil: return "nil"
    case .boolean: return value.isTrue ? "true" : "false"
    default: return value.type.rawValue
    }
}

var text = ""
do throws(CompileError) {
    machine.begin(try machine.compile(source, chunk: "stdin"))
    loop: while true {
        switch machine.resume(steps: 1000) {
        case .finished: break loop
        case .failed(let value, _, _):
            print("error: \(show(value, machine))")
            break loop
        case .paused: continue
        case .request:
            var fields: [String] = []
            for index in 0 ..< machine.requestCount { fields.append(show(machine.request(index), machine)) }
            print(fields.joined(separator: "\t"))
            machine.answer([])
        }
    }
} catch {
    print("error: \(error.message)")
}
