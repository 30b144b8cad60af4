import Bytes
import Engine
import Glibc

/// What the system says about this process and this machine.
enum ProcessFigures {
    /// Resident memory in bytes; 0 where the system does not tell.
    static func residentBytes() -> UInt64 {
        guard let text = readFile("/proc/self/statm") else { return 0 }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = UInt64(fields[1]) else { return 0 }
        return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Memory that this process may count on: the machine's, or the control group's limit where that is lower.
    static func totalMemory() -> UInt64 {
        let machine = UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES)))) * UInt64(sysconf(Int32(_SC_PAGESIZE)))
        for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
            guard let text = readFile(path) else { continue }
            if let limit = UInt64(text.split(separator: "\n").first ?? ""), limit > 0 { return min(machine, limit) }
        }
        return machine
    }

    /// Processor time of the whole process, in microseconds: in user code and in the system.
    static func processorTime() -> (user: UInt64, system: UInt64) { usage(RUSAGE_SELF) }

    /// Processor time of the calling thread.
    static func threadTime() -> (user: UInt64, system: UInt64) { usage(RUSAGE_THREAD) }

    private static let RUSAGE_SELF: Int32 = 0
    private static let RUSAGE_THREAD: Int32 = 1

    private static func usage(_ who: Int32) -> (user: UInt64, system: UInt64) {
        var figures = rusage()
        // Safe: the call fills the structure and keeps no pointer to it.
        unsafe _ = getrusage(__rusage_who_t(UInt32(bitPattern: who)), &figures)
        func micros(_ time: timeval) -> UInt64 { UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_usec) }
        return (micros(figures.ru_utime), micros(figures.ru_stime))
    }

    /// The system's name and release, as `uname` gives them.
    static func systemName() -> String {
        func line(_ path: String) -> String { String((readFile(path) ?? "").prefix { $0 != "\n" }) }
        return "\(line("/proc/sys/kernel/ostype")) \(line("/proc/sys/kernel/osrelease"))"
    }

    static func executable() -> String {
        var buffer = ByteBuffer(capacity: 4096)
        let count = unsafe buffer.fill(minimum: 4096) { unsafe readlink("/proc/self/exe", $0.baseAddress!, 4096) }
        return count > 0 ? buffer.bytes.text : ""
    }

    /// A small file's text, or `nil` where it cannot be read.
    private static func readFile(_ path: String) -> String? { try? Files.read(path) }
}
