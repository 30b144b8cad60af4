// swift-tools-version: 6.2
import PackageDescription

/// Strict memory safety and every other diagnostic are errors; `Lifetimes` lets a `RawSpan`
/// name the owner it borrows from, so that arguments and values are read without copies.
let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableExperimentalFeature("Lifetimes"),
]

let package = Package(
    name: "martlet",
    products: [
        .library(name: "Martlet", targets: ["Martlet"]),
        .executable(name: "martlet-server", targets: ["martlet-server"]),
    ],
    targets: [
        .target(name: "CSystem"),
        .target(name: "Bytes", dependencies: ["CSystem"], swiftSettings: settings),
        .target(name: "Wire", dependencies: ["Bytes"], swiftSettings: settings),
        .target(name: "LuaVM", dependencies: ["Bytes"], swiftSettings: settings),
        .target(name: "Engine", dependencies: ["Bytes", "Wire", "LuaVM", "CSystem"], swiftSettings: settings),
        .target(name: "Transport", dependencies: ["Bytes", "CSystem"], swiftSettings: settings),
        .target(name: "Durability", dependencies: ["Bytes", "Wire", "Engine"], swiftSettings: settings),
        .target(
            name: "Martlet", dependencies: ["Bytes", "Wire", "Engine", "Durability", "Transport", "CSystem"],
            swiftSettings: settings),
        .executableTarget(
            name: "martlet-server", dependencies: ["Martlet"], swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["Bytes", "Wire", "Engine", "Martlet"], path: "Tests/TestSupport",
            swiftSettings: settings),
        .testTarget(name: "ArchitectureTests", dependencies: ["Engine"], swiftSettings: settings),
        .testTarget(
            name: "MartletTests", dependencies: ["Martlet", "martlet-server", "Engine", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "EngineTests", dependencies: ["Engine", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "DurabilityTests", dependencies: ["Durability", "Engine", "Bytes", "TestSupport"], exclude: ["Golden"],
            swiftSettings: settings),
        .testTarget(name: "TransportTests", dependencies: ["Bytes", "Transport"], swiftSettings: settings),
        .testTarget(name: "LuaVMTests", dependencies: ["LuaVM", "Bytes"], swiftSettings: settings),
        .executableTarget(
            name: "martlet-lua", dependencies: ["LuaVM", "Bytes"], path: "Tests/Differential/lua/Interpreter",
            swiftSettings: settings),
        .testTarget(name: "BytesTests", dependencies: ["Bytes"], swiftSettings: settings),
        .testTarget(
            name: "WireTests", dependencies: ["Bytes", "Wire", "TestSupport"], exclude: ["record-answers"],
            swiftSettings: settings),
        .target(name: "CAllocations", path: "Benchmarks/CAllocations"),
        .executableTarget(
            name: "martlet-bench", dependencies: ["Bytes", "Wire", "Engine", "CAllocations"],
            path: "Benchmarks/Engine", swiftSettings: settings),
        .executableTarget(
            name: "martlet-load", dependencies: ["Bytes", "CSystem"], path: "Benchmarks/LoadGenerator",
            swiftSettings: settings),
        .testTarget(
            name: "LoadGeneratorTests", dependencies: ["martlet-load", "Bytes"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
