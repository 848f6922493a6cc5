// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target: Swift 6 mode (strict concurrency), every unsafe construct spelled
/// `unsafe`, no warning left standing.
let rules: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "thermocline",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "thermocline", targets: ["ThermoclineCommand"]),
    .library(name: "Thermocline", targets: ["Thermocline"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0", traits: []),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
    // Without its traits: neither swift-configuration nor full Foundation.
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CRdkafka", pkgConfig: "rdkafka",
      providers: [.apt(["librdkafka-dev"]), .brew(["librdkafka"])]),
    .systemLibrary(
      name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

    .systemLibrary(name: "CPlatform"),

    .target(name: "ThermoclineCore", dependencies: ["CPlatform"], swiftSettings: rules),
    .target(name: "ThermoclineWindows", dependencies: ["ThermoclineCore"], swiftSettings: rules),
    .target(
      name: "ThermoclineHealth",
      dependencies: [
        "ThermoclineCore", "ThermoclineWindows",
        .product(name: "RealModule", package: "swift-numerics"),
      ], swiftSettings: rules),
    .target(
      name: "ThermoclineCodec", dependencies: ["ThermoclineCore", "CLZ4", "CPlatform", "CZlib"],
      swiftSettings: rules),
    .target(
      name: "ThermoclinePopulation", dependencies: ["ThermoclineCore"], swiftSettings: rules),
    .target(
      name: "ThermoclineBacktest", dependencies: ["ThermoclineCore"], swiftSettings: rules),
    .target(
      name: "ThermoclineEngine",
      dependencies: [
        "ThermoclineCore", "ThermoclineWindows", "ThermoclineHealth", "ThermoclineCodec",
      ], swiftSettings: rules),
    .target(
      name: "ThermoclineKafka",
      dependencies: ["ThermoclineCore", "ThermoclineEngine", "CRdkafka"], swiftSettings: rules),
    .target(
      name: "ThermoclineProtobuf",
      dependencies: [
        "ThermoclineCore", "ThermoclineCodec",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ], exclude: ["Generated/SHA256SUMS"], swiftSettings: rules),
    .target(
      name: "ThermoclineServer",
      dependencies: [
        "ThermoclineCore",
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], swiftSettings: rules),
    .target(
      name: "ThermoclineDashboard",
      dependencies: [
        "ThermoclineCore", "ThermoclineCodec", "ThermoclineServer",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [
        .embedInCode("Assets/dashboard.css"), .embedInCode("Assets/dashboard.js"),
        .embedInCode("Assets/icon.svg"), .embedInCode("Assets/openapi.yaml"),
      ], swiftSettings: rules),
    .target(
      name: "ThermoclineNotify",
      dependencies: [
        "ThermoclineCore", "ThermoclineCodec", .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: rules),
    .target(
      name: "Thermocline",
      dependencies: [
        "ThermoclineCore", "ThermoclineWindows", "ThermoclineHealth", "ThermoclineCodec",
        "ThermoclineEngine", "ThermoclineKafka", "ThermoclinePopulation", "ThermoclineBacktest",
        "ThermoclineProtobuf", "ThermoclineServer", "ThermoclineDashboard", "ThermoclineNotify",
        "CPlatform",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Yams", package: "Yams"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ], swiftSettings: rules),
    .executableTarget(
      name: "ThermoclineCommand",
      dependencies: [
        "Thermocline", "ThermoclineCore", "ThermoclineWindows", "ThermoclineHealth",
        "ThermoclineEngine", "ThermoclineKafka", "ThermoclinePopulation", "ThermoclineBacktest",
        "ThermoclineServer", "ThermoclineDashboard", "ThermoclineNotify",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: rules),

    .target(
      name: "ThermoclineTestKit",
      dependencies: [
        "ThermoclineCore", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], path: "Tests/TestKit", swiftSettings: rules),
    .target(
      name: "ThermoclineKafkaTestKit", dependencies: ["ThermoclineKafka"],
      path: "Tests/KafkaTestKit", swiftSettings: rules),
    .target(
      name: "ThermoclineSimulator",
      dependencies: [
        "ThermoclineCore", "ThermoclineWindows", "ThermoclineHealth", "ThermoclineEngine",
        "ThermoclineTestKit",
      ], path: "Tests/Simulator", swiftSettings: rules),
    tests(of: "Simulator"),
    tests(of: "Core"),
    tests(of: "Windows"),
    tests(of: "Health", ["ThermoclineWindows"]),
    tests(of: "Codec"),
    tests(of: "Population"),
    tests(of: "Backtest"),
    tests(of: "Engine", ["ThermoclineWindows", "ThermoclineHealth", "ThermoclineCodec"]),
    tests(of: "Kafka", ["ThermoclineEngine", "ThermoclineKafkaTestKit"]),
    tests(of: "Notify", ["ThermoclineCodec"]),
    tests(
      of: "Protobuf",
      [
        "ThermoclineCodec",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    tests(
      of: "Server",
      [
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ]),
    tests(
      of: "Dashboard",
      [
        "ThermoclineCodec", "ThermoclineServer",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "ThermoclineTests",
      dependencies: [
        "Thermocline", "ThermoclineCore", "ThermoclineHealth", "ThermoclineWindows",
        "ThermoclineCodec", "ThermoclineEngine", "ThermoclineKafka", "ThermoclinePopulation",
        "ThermoclineBacktest", "ThermoclineProtobuf", "ThermoclineServer", "ThermoclineDashboard",
        "ThermoclineNotify", "ThermoclineTestKit", "ThermoclineKafkaTestKit",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "Tests/ThermoclineTests", swiftSettings: rules),
  ]
)

/// The tests of one module stand in `Tests/<name>Tests`.
func tests(of name: String, _ more: [Target.Dependency] = []) -> Target {
  var dependencies: [Target.Dependency] = ["ThermoclineCore", "ThermoclineTestKit"]
  if name != "Core" { dependencies.append(.init(stringLiteral: "Thermocline\(name)")) }
  return .testTarget(
    name: "Thermocline\(name)Tests", dependencies: dependencies + more, path: "Tests/\(name)Tests",
    swiftSettings: rules)
}
