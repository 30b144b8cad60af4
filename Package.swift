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
        .target(name: "Engine", dependencies: ["Bytes", "Wire"], swiftSettings: settings),
        .target(name: "Transport", dependencies: ["Bytes", "CSystem"], swiftSettings: settings),
        .target(
            name: "Martlet", dependencies: ["Bytes", "Wire", "Engine", "Transport", "CSystem"],
            swiftSettings: settings),
        .executableTarget(
            name: "martlet-server", dependencies: ["Martlet"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
