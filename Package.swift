// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Vector width of the kernels. The Swift compiler takes its instruction set from the C flags; the
// manifest asks the machine it builds on, so that a CPU without AVX2 still gets a working program.
let (vectorFlags, vectorCondition): ([String], String?) = {
    #if arch(x86_64)
        let cpu = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        guard cpu.contains(" avx2 "), cpu.contains(" fma ") else { return ([], nil) }
        let avx2 = ["-Xcc", "-mavx2", "-Xcc", "-mfma"]
        guard cpu.contains(" avx512f "), cpu.contains(" avx512vl ") else { return (avx2, "SLNUMERICS_AVX2") }
        return (avx2 + ["-Xcc", "-mavx512f", "-Xcc", "-mavx512vl"], "SLNUMERICS_AVX512")
    #else
        return ([], nil)
    #endif
}()

let base: [SwiftSetting] = [
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
]
// Pointers say so where they are used: every room but the kernels, whose trade they are.
let house: [SwiftSetting] = base + [.strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error)]
// The word for it alone: the program looks whether the processor has the instructions before it runs any of them.
let vectorWord: [SwiftSetting] = vectorCondition.map { [.define($0, .when(configuration: .release))] } ?? []
let kernels: [SwiftSetting] = base + [.unsafeFlags(vectorFlags, .when(configuration: .release))] + vectorWord

let package = Package(
    name: "slbench",
    products: [.executable(name: "slbench", targets: ["slbench"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    ],
    targets: [
        // System libraries: a module map and a header each, no logic.
        .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
        .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CSentencePiece", linkerSettings: [.linkedLibrary("sentencepiece")]),

        // Values and arithmetic.
        .target(name: "SLRandom", swiftSettings: house),
        .target(name: "SLSystem", swiftSettings: house),
        .target(name: "SLDigest", dependencies: ["CCrypto"], swiftSettings: house),
        .target(name: "SLSpec", dependencies: ["SLDigest", "SLSystem", .product(name: "OrderedCollections", package: "swift-collections")], swiftSettings: house),
        .target(name: "SLNumerics", dependencies: ["COpenBLAS", "COneDNN", "SLRandom"], swiftSettings: kernels),

        // Methods.
        .target(name: "SLOptimizers", dependencies: ["SLNumerics", "SLRandom", "SLSpec"], swiftSettings: kernels),
        .target(name: "SLMethodKit", dependencies: ["SLOptimizers", "SLNumerics", "SLRandom", "SLSpec"], swiftSettings: house),
        .target(name: "SLMethods", dependencies: ["SLMethodKit", "SLOptimizers", "SLNumerics", "SLRandom", "SLSpec"], swiftSettings: house),
        .target(name: "SLModel", dependencies: ["SLMethodKit", "SLOptimizers", "SLNumerics", "SLRandom", "SLSpec"], swiftSettings: house),

        // Files, data, training, results.
        .target(name: "SLTensorFiles", dependencies: ["SLSpec", "SLDigest"], swiftSettings: house),
        .target(name: "SLData", dependencies: ["SLSpec", "SLDigest", "SLSystem", "SLRandom", "CSentencePiece", "CZlib", "CZstd"], swiftSettings: house),
        .target(
            name: "SLTraining",
            dependencies: [
                "SLModel", "SLMethodKit", "SLOptimizers", "SLNumerics", "SLRandom", "SLData", "SLTensorFiles", "SLDigest", "SLSpec", "SLSystem",
            ], swiftSettings: house),
        .target(name: "SLStore", dependencies: ["SLSpec", "SLSystem", .product(name: "GRDB", package: "GRDB.swift")], swiftSettings: house),
        .target(name: "SLReport", dependencies: ["SLSpec", "SLSystem", "SLRandom"], swiftSettings: house),
        .target(
            name: "SLHarness",
            dependencies: [
                "SLTraining", "SLModel", "SLMethodKit", "SLData", "SLSpec", "SLSystem", "SLRandom", .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: house),
        .executableTarget(
            name: "slbench",
            dependencies: [
                "SLHarness", "SLTraining", "SLModel", "SLMethods", "SLMethodKit", "SLOptimizers", "SLNumerics", "SLData", "SLStore",
                "SLReport", "SLSpec", "SLSystem",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: house + vectorWord),

        // Tests: a folder a room. SLTestSupport holds the gradient check, the method contract and the broken methods.
        .target(
            name: "SLTestSupport",
            dependencies: ["SLTraining", "SLData", "SLModel", "SLMethodKit", "SLOptimizers", "SLNumerics", "SLRandom", "SLSpec"],
            path: "Tests/SLTestSupport", swiftSettings: base),
        .testTarget(
            name: "SLTestSupportTests",
            dependencies: ["SLTestSupport", "SLMethods", "SLMethodKit", "SLOptimizers", "SLModel", "SLNumerics", "SLRandom", "SLSpec"],
            swiftSettings: base),
        .testTarget(name: "SLNumericsTests", dependencies: ["SLTestSupport", "SLNumerics", "SLRandom"], swiftSettings: base),
        .testTarget(name: "SLRandomTests", dependencies: ["SLRandom"], swiftSettings: base),
        .testTarget(name: "SLDigestTests", dependencies: ["SLDigest"], swiftSettings: base),
        .testTarget(
            name: "SLOptimizersTests", dependencies: ["SLTestSupport", "SLOptimizers", "SLNumerics", "SLRandom", "SLSpec"], swiftSettings: base),
        .testTarget(
            name: "SLMethodKitTests",
            dependencies: ["SLTestSupport", "SLMethodKit", "SLModel", "SLOptimizers", "SLNumerics", "SLRandom", "SLSpec"],
            swiftSettings: base),
        .testTarget(
            name: "SLMethodsTests",
            dependencies: ["SLTestSupport", "SLMethods", "SLMethodKit", "SLModel", "SLOptimizers", "SLNumerics", "SLRandom", "SLSpec"],
            swiftSettings: base),
        .testTarget(
            name: "SLModelTests",
            dependencies: ["SLTestSupport", "SLMethods", "SLModel", "SLMethodKit", "SLOptimizers", "SLNumerics", "SLRandom", "SLSpec"],
            swiftSettings: base),
        .testTarget(name: "SLSystemTests", dependencies: ["SLSystem"], swiftSettings: base),
        .testTarget(name: "ArchitectureTests", swiftSettings: base),
        .testTarget(name: "SLSpecTests", dependencies: ["SLSpec", "SLMethods", "SLMethodKit", "SLRandom"], swiftSettings: base),
        .testTarget(name: "SLDataTests", dependencies: ["SLData", "SLSpec", "SLSystem", "SLRandom", "SLDigest", "CZlib", "CZstd"], swiftSettings: base),
        .testTarget(name: "SLTensorFilesTests", dependencies: ["SLTensorFiles", "SLSpec", "SLDigest", "SLRandom"], swiftSettings: base),
        .testTarget(name: "SLReportTests", dependencies: ["SLReport", "SLSpec", "SLSystem"], swiftSettings: base),
        .testTarget(name: "SLStoreTests", dependencies: ["SLStore", "SLSpec", .product(name: "GRDB", package: "GRDB.swift")], swiftSettings: base),
        .testTarget(
            name: "SLHarnessTests", dependencies: ["SLHarness", "SLModel", "SLMethods", "SLMethodKit", "SLOptimizers", "SLData", "SLSpec", "SLSystem", "SLTestSupport"],
            swiftSettings: base),
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "SLSpec", "SLData", "SLTensorFiles", "SLTraining", "SLMethods", "SLMethodKit", "SLNumerics", "SLRandom",
            ], swiftSettings: base),
        .testTarget(name: "SLBenchEndToEndTests", swiftSettings: base),
        .testTarget(
            name: "SLTrainingTests",
            dependencies: [
                "SLTestSupport", "SLTraining", "SLModel", "SLMethods", "SLMethodKit", "SLOptimizers", "SLNumerics", "SLRandom", "SLData",
                "SLTensorFiles", "SLSpec",
            ], resources: [.copy("ParityCases")], swiftSettings: base),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
