import Bytes
import Testing

@testable import LuaVM

@Suite struct MachineTests {
    @Test func valuesAreEightBytes() { #expect(MemoryLayout<Value>.size == 8) }

    @Test func instructionsAreEightBytes() { #expect(MemoryLayout<Instruction>.size == 8) }

    @Test(arguments: [1, 2, 3, 7, 100_000])
    func aScriptStoppedAnywhereGivesTheSame(steps: Int) {
        let source = """
            local log = {}
            local t = setmetatable({}, {__index = function(t, k) local n = 0 for i = 1, 5 do n = n + i end return k .. n end})
            for w in ("one two three"):gmatch("%a+") do log[#log + 1] = w .. t[w] end
            table.sort(log, function(a, b) return a > b end)
            local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end return "end" end)
            local ok, e = pcall(function() local x = nil; return x.y end)
            return table.concat(log, " "), co(), co(), co(), co(), ok, e, (("aXbXc"):gsub("X", function() return "-" end))
            """
        #expect(
            run(source, steps: steps)
                == "twotwo15 threethree15 oneone15"
                + ",1,2,3,end,false,test:6: attempt to index local 'x' (a nil value),a-b-c")
    }

    @Test func anEndlessLoopReturnsToItsHost() {
        var machine = Machine()
        let code = try! machine.compile(Array("while true do end".utf8), chunk: "test")
        machine.begin(code)
        for _ in 0 ..< 3 {
            guard case .paused = machine.resume(steps: 100) else {
                Issue.record("it ended")
                return
            }
        }
        machine.reset()
        #expect(machine.resultCount == 0)
    }

    @Test func aHostilePatternReturnsToItsHost() {
        var machine = Machine()
        let source = "return ('a'):rep(30):find(('a?'):rep(30) .. ('a'):rep(30) .. 'b')"
        machine.begin(try! machine.compile(Array(source.utf8), chunk: "test"))
        for _ in 0 ..< 3 {
            guard case .paused = machine.resume(steps: 1000) else {
                Issue.record("it ended")
                return
            }
        }
        machine.reset()
    }

    @Test func nothingOfAScriptStaysBehind() {
        var machine = Machine()
        let code = try! machine.compile(Array("local t = {} for i = 1, 1000 do t[i] = {i .. 'x'} end t.t = t".utf8), chunk: "t")
        let before = machine.heap.extent
        for _ in 0 ..< 5 {
            machine.begin(code)
            _ = finish(&machine, steps: 1_000)
            machine.reset()
        }
        #expect(machine.heap.tables.count == before.tables)
        #expect(machine.heap.strings.extent.bytes == before.strings.bytes)
        machine.heap.strings.checkInvariants()
    }

    @Test func garbageIsCollectedWhileAScriptRuns() {
        let source = "local keep = {} for i = 1, 200000 do local t = {tostring(i)} if i % 1000 == 0 then keep[#keep + 1] = t end end "
            + "return #keep, keep[1][1], keep[200][1]"
        #expect(run(source, limit: 1 << 26) == "200,1000,200000")
    }

    @Test func memoryIsBounded() {
        #expect(run("return #('x'):rep(1000000000)", limit: 1 << 24) == "error: not enough memory")
        #expect(run("local t = {} for i = 1, 1e9 do t[i] = {} end", limit: 1 << 24) == "error: not enough memory")
        #expect(run("local s = 'x' while true do s = s .. s end", limit: 1 << 24) == "error: not enough memory")
    }

    @Test func deepRecursionIsAnError() {
        #expect(run("local function f() return 1 + f() end return f()") == "error: test:1: stack overflow")
        #expect(run("local t = {} for i = 1, 7000 do t[i] = pcall end return (pcall(unpack(t)))") == "true")
        #expect(run("return " + String(repeating: "(", count: 1000)) == "test:1: chunk has too many syntax levels")
    }

    @Test func readOnlyTablesStayAsTheyAre() {
        var machine = Machine()
        machine.protect(machine.globalTable)
        machine.seal()
        for source in ["x = 1", "string.x = 1", "rawset(_G, 'x', 1)", "table.insert(string, 1)", "setmetatable(_G, {})"] {
            machine.begin(try! machine.compile(Array(source.utf8), chunk: "t"))
            #expect(finish(&machine, steps: 100).hasSuffix("Attempt to modify a readonly table"))
            machine.reset()
        }
    }

    @Test func bytecodeIsRefused() {
        #expect(run("return loadstring('\\27Lua')") == "nil,[string \"\u{1B}Lua\"]: bytecode is not accepted")
        #expect(run("return pcall(string.dump, print or type)") == "false,unable to dump given function")
    }
}
