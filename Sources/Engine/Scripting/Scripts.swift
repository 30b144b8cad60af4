import Bytes
import LuaVM
import Wire

/// Everything about scripts: the machine that runs them, those it has compiled, and the one that runs.
///
/// The machine is made when the first script comes, since a server without scripts should not pay for it. Compiled scripts
/// are known by their SHA-1 and stay until SCRIPT FLUSH, as EVALSHA's users count on.
///
/// A script asks for commands by stopping the machine (`Machine.resume` returns a request), so that nothing of the
/// engine has to be reachable from inside the machine, and a script can be put aside between any two instructions.
final class Scripts {
    struct Script {
        /// The number of the compiled code.
        var code: Int
        var flags: ScriptFlags
        var byteCount: Int
    }

    /// `nil` before the first script.
    private var machine: ScriptMachine?
    /// Good once a script has been compiled.
    var vm: ScriptMachine {
        guard let machine else { preconditionFailure("there is no script yet") }
        return machine
    }
    private(set) var bySHA: [String: Script] = [:]
    /// Bytes of the sources, as INFO counts them.
    private(set) var sourceMemory = 0
    /// The script that runs, put aside or not.
    var run: ScriptRun?
    /// Whether it was put aside, because it takes long.
    var isSuspended = false
    /// The database that it had selected then.
    var selected = 0

    // What redis.call works with, kept for the next call.
    var callBytes = ByteBuffer()
    var callRanges = ByteRangeTable()

    var count: Int { bySHA.count }

    /// Memory of the machine, and of what it has compiled.
    var machineMemory: Int { machine?.lua.memory ?? 0 }
    var cacheMemory: Int { sourceMemory + bySHA.count * (MemoryLayout<Script>.stride + 80) }

    static func sha(of body: RawSpan) -> String {
        let digest = SHA1.digest(of: body)
        var text = ByteBuffer(capacity: 40)
        for index in 0 ..< 20 {
            text.append(hexadecimalDigit(digest[index] >> 4))
            text.append(hexadecimalDigit(digest[index] & 15))
        }
        return text.bytes.text
    }

    func find(_ sha: String) -> Script? { bySHA[sha] }

    /// Compiles a script, unless it is known.
    func load(_ body: RawSpan, sha: String) throws(CommandError) -> Script {
        if let known = bySHA[sha] { return known }
        let source = body.array
        let (flags, skipped) = try ScriptFlags.read(source)
        if machine == nil { machine = ScriptMachine() }
        let code: Int
        do throws(CompileError) {
            code = try vm.lua.compile(Array(source[skipped...]), chunk: "user_script")
        } catch {
            throw .text("ERR Error compiling script (new function): \(error.message)")
        }
        let script = Script(code: code, flags: flags, byteCount: source.count)
        bySHA[sha] = script
        sourceMemory += source.count + 64
        return script
    }

    /// Forgets all scripts, and the machine with them.
    func flush() {
        bySHA.removeAll()
        sourceMemory = 0
        machine = nil
    }

    /// Flags of the script that a request for EVAL or EVALSHA names; `nil` where nothing is known of it.
    func flags(_ body: RawSpan, isSHA: Bool) -> ScriptFlags? {
        if isSHA { return find(body.text.lowercasedASCII)?.flags }
        do throws(CommandError) { return try ScriptFlags.read(body.array).flags } catch { return nil }
    }
}

/// The machine, where all who work with it can reach it.
final class ScriptMachine {
    var lua = RedisLibrary.makeMachine()
}

/// A script on its way.
struct ScriptRun {
    let session: Session
    let sha: String
    let flags: ScriptFlags
    /// EVAL_RO, or a script that has declared to write nothing.
    let isReadOnly: Bool
    /// The database that the client had selected; the script's own choice ends with it.
    let database: Int
    /// The time that the script sees, in milliseconds since 1970.
    let time: Int64
    /// When it began, by the monotonic clock.
    let startedAt: UInt64
    /// `redis.setresp`: in which protocol's terms replies are shown to the script.
    var version = RESPVersion.resp2
    /// It has called a command that writes: it can be stopped no more.
    var isDirty = false
    var isKilled = false
    /// `redis.set_repl`: whether its changes go to the append-only log (1) and to replicas (2).
    var propagation = 3
    /// Whether EXEC runs it.
    let isInTransaction: Bool
    /// The keys that it was called with, where its client is told when what it has read changes: as soon as a script reads
    /// anything, these are what it has read.
    let trackedKeys: [[UInt8]]
}
