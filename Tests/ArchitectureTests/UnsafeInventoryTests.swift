import Testing

/// Which files may say `unsafe`: raw memory and system calls have an address. A new line here is a decision.
@Suite struct UnsafeInventoryTests {
    static let rooms = ["Sources/Bytes/", "Sources/Engine/Structures/", "Sources/Transport/", "Sources/Durability/System/",
        "Sources/Martlet/System/",
    ]

    static let inventory: Set<String> = [
        "Sources/Bytes/Arena.swift",
        "Sources/Bytes/ByteBuffer+BitOperations.swift",
        "Sources/Bytes/ByteBuffer+Numbers.swift",
        "Sources/Bytes/ByteBuffer.swift",
        "Sources/Bytes/ByteRangeTable.swift",
        "Sources/Bytes/CRC64.swift",
        "Sources/Bytes/ChunkPool.swift",
        "Sources/Bytes/DecimalExpansion.swift",
        "Sources/Bytes/DecimalInteger+Writing.swift",
        "Sources/Bytes/Double+Writing.swift",
        "Sources/Bytes/FixedPoint+Writing.swift",
        "Sources/Bytes/Hexadecimal.swift",
        "Sources/Bytes/LatencyHistogram.swift",
        "Sources/Bytes/LongDouble+Portable.swift",
        "Sources/Bytes/LongDouble.swift",
        "Sources/Bytes/MemorySize.swift",
        "Sources/Bytes/MutableRawSpan+Bytes.swift",
        "Sources/Bytes/NumberScan.swift",
        "Sources/Bytes/NumberText.swift",
        "Sources/Bytes/OutputBuffer+Frames.swift",
        "Sources/Bytes/OutputBuffer+Items.swift",
        "Sources/Bytes/OutputBuffer+Numbers.swift",
        "Sources/Bytes/OutputBuffer.swift",
        "Sources/Bytes/RawSpan+Bits.swift",
        "Sources/Bytes/RawSpan+Bytes.swift",
        "Sources/Bytes/RawSpan+Words.swift",
        "Sources/Bytes/SharedBytes.swift",
        "Sources/Bytes/SipHash.swift",
        "Sources/Bytes/Text+Bytes.swift",
        "Sources/Durability/System/DurableFile.swift",
        "Sources/Durability/System/FileError.swift",
        "Sources/Engine/Structures/Annotation.swift",
        "Sources/Engine/Structures/Blob.swift",
        "Sources/Engine/Structures/Entry+Building.swift",
        "Sources/Engine/Structures/Entry.swift",
        "Sources/Engine/Structures/Exclusive.swift",
        "Sources/Engine/Structures/Hashes/HashField+Building.swift",
        "Sources/Engine/Structures/Hashes/HashField.swift",
        "Sources/Engine/Structures/HashTable+Memory.swift",
        "Sources/Engine/Structures/HashTable+Resizing.swift",
        "Sources/Engine/Structures/HashTable+Scanning.swift",
        "Sources/Engine/Structures/HashTable+Versions.swift",
        "Sources/Engine/Structures/HashTable.swift",
        "Sources/Engine/Structures/Lists/ListNode+Memory.swift",
        "Sources/Engine/Structures/ObjectStore.swift",
        "Sources/Engine/Structures/PlainList.swift",
        "Sources/Engine/Structures/Prefetch.swift",
        "Sources/Engine/Structures/SegmentedArray.swift",
        "Sources/Engine/Structures/SetMember.swift",
        "Sources/Engine/Structures/Hashes/TimeList.swift",
        "Sources/Engine/Structures/SortedSets/CountedTree+Nodes.swift",
        "Sources/Engine/Structures/SortedSets/RankedMember.swift",
        "Sources/Martlet/System/ExecutorThread.swift",
        "Sources/Martlet/System/Files.swift",
        "Sources/Martlet/System/LocalTime.swift",
        "Sources/Martlet/System/ProcessFigures.swift",
        "Sources/Martlet/System/Supervisor.swift",
        "Sources/Martlet/System/SystemClock.swift",
        "Sources/Transport/Loop/EventLoop+Flushing.swift",
        "Sources/Transport/Loop/EventLoop+Receiving.swift",
        "Sources/Transport/Loop/Mailbox.swift",
        "Sources/Transport/Loop/ReadBuffer.swift",
        "Sources/Transport/Process/OpenFileLimit.swift",
        "Sources/Transport/Readiness/EpollBackend.swift",
        "Sources/Transport/Sockets/Acceptor.swift",
        "Sources/Transport/Sockets/Listener+TCP.swift",
        "Sources/Transport/Sockets/Listener+Unix.swift",
        "Sources/Transport/Sockets/Listener.swift",
        "Sources/Transport/Sockets/SocketAddress.swift",
        "Sources/Transport/Sockets/SocketCalls.swift",
        "Sources/Transport/Sockets/SystemError.swift",
    ]

    private static func saysUnsafe(_ file: SourceTree.File) -> Bool {
        file.code.contains { line in
            line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "@") }
                .contains { $0 == "unsafe" || $0 == "@unsafe" || $0 == "@safe" }
        }
    }

    @Test func inventoryIsExact() throws {
        let found = Set(try SourceTree.files("Sources").filter(Self.saysUnsafe).map(\.path))
        let surprises = found.subtracting(Self.inventory).sorted()
        #expect(surprises.isEmpty, "unsafe where the inventory has none")
        let obsolete = Self.inventory.subtracting(found).sorted()
        #expect(obsolete.isEmpty, "safe by now: take them off the inventory")
    }

    @Test func inventoryKeepsToItsRooms() {
        for path in Self.inventory {
            #expect(Self.rooms.contains { path.hasPrefix($0) }, "\(path)")
        }
    }

    /// Outside those rooms nothing is exempt from Swift's own checks either.
    @Test func checksStayOn() throws {
        for file in try SourceTree.files("Sources") where !Self.inventory.contains(file.path) {
            for word in ["Ounchecked", "nonisolated(unsafe)", "assumeIsolated"] {
                #expect(!file.code.contains { $0.contains(word) }, "\(file.path): \(word)")
            }
        }
    }
}
