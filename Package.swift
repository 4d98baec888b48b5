// swift-tools-version: 6.2
import PackageDescription

let base: [SwiftSetting] = [
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
]
// Pointers say so where they are used: every room but those of `base`, the kernels, whose trade they are.
let house: [SwiftSetting] = base + [.strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error)]
// A vector room: one folder of sources for all of them, a module for each set of instructions. Which of them runs is chosen when the program
// starts, so what a room is compiled with asks nothing of the machine that builds. The Swift compiler takes its instruction set from
// the flags of C.
func vectorRoom(_ flags: [String] = [], _ words: [String] = []) -> [SwiftSetting] {
    #if arch(x86_64)
        let unsafe: [SwiftSetting] = flags.isEmpty ? [] : [.unsafeFlags(flags.flatMap { ["-Xcc", $0] }, .when(configuration: .release))]
        return base + unsafe + words.map { .define($0, .when(configuration: .release)) }
    #else
        return base
    #endif
}
let avx2 = ["-mavx2", "-mfma"]
let avx512 = avx2 + ["-mavx512f", "-mavx512vl", "-mavx512bw", "-mavx512dq"]

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
        .target(name: "SLRanks", dependencies: ["SLSystem"], swiftSettings: house),
        .target(name: "SLDigest", dependencies: ["CCrypto"], swiftSettings: house),
        .target(name: "SLSpec", dependencies: ["SLDigest", "SLSystem", .product(name: "OrderedCollections", package: "swift-collections")], swiftSettings: house),
        .target(name: "CProcessor"),
        .target(name: "SLVector", swiftSettings: base),
        .target(name: "SLVectorBaseline", dependencies: ["CProcessor", "SLVector"], swiftSettings: vectorRoom()),
        .target(name: "SLVectorAVX2", dependencies: ["CProcessor", "SLVector"], swiftSettings: vectorRoom(avx2, ["SLVECTOR_AVX2"])),
        .target(name: "SLVectorAVX512", dependencies: ["CProcessor", "SLVector"], swiftSettings: vectorRoom(avx512, ["SLVECTOR_AVX512"])),
        .target(
            name: "SLVectorBF16", dependencies: ["CProcessor", "SLVector"],
            swiftSettings: vectorRoom(avx512 + ["-mavx512bf16"], ["SLVECTOR_AVX512", "SLVECTOR_BF16"])),
        .target(
            name: "SLNumerics",
            dependencies: [
                "COpenBLAS", "COneDNN", "CProcessor", "SLRandom", "SLVector", "SLVectorBaseline", "SLVectorAVX2", "SLVectorAVX512", "SLVectorBF16",
            ], swiftSettings: base),

        // Methods.
        .target(name: "SLOptimizers", dependencies: ["SLNumerics", "SLRandom", "SLSpec"], swiftSettings: base),
        .target(name: "SLMethodKit", dependencies: ["SLOptimizers", "SLNumerics", "SLRandom", "SLSpec"], swiftSettings: house),
        .target(name: "SLMethods", dependencies: ["SLMethodKit", "SLOptimizers", "SLNumerics", "SLRandom", "SLSpec"], swiftSettings: house),
        .target(name: "SLModel", dependencies: ["SLMethodKit", "SLOptimizers", "SLNumerics", "SLRandom", "SLSpec"], swiftSettings: house),

        // Files, data, training, results.
        .target(name: "SLTensorFiles", dependencies: ["SLSpec", "SLDigest"], swiftSettings: house),
        .target(name: "SLData", dependencies: ["SLSpec", "SLDigest", "SLSystem", "SLRandom", "CSentencePiece", "CZlib", "CZstd"], swiftSettings: house),
        .target(
            name: "SLTraining",
            dependencies: [
                "SLModel", "SLMethodKit", "SLOptimizers", "SLNumerics", "SLRandom", "SLData", "SLTensorFiles", "SLDigest", "SLRanks", "SLSpec",
                "SLSystem",
            ], swiftSettings: house),
        .target(name: "SLStore", dependencies: ["SLSpec", "SLSystem", .product(name: "GRDB", package: "GRDB.swift")], swiftSettings: house),
        .target(name: "SLReport", dependencies: ["SLSpec", "SLSystem", "SLRandom"], swiftSettings: house),
        .target(name: "SLCluster", dependencies: ["SLSpec", "SLSystem"], swiftSettings: house),
        .target(
            name: "SLHarness",
            dependencies: [
                "SLTraining", "SLModel", "SLMethodKit", "SLData", "SLRanks", "SLSpec", "SLSystem", "SLRandom", .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: house),
        .executableTarget(
            name: "slbench",
            dependencies: [
                "SLHarness", "SLCluster", "SLTraining", "SLModel", "SLMethods", "SLMethodKit", "SLOptimizers", "SLNumerics", "SLData", "SLStore",
                "SLReport", "SLRanks", "SLSpec", "SLSystem",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: house),

        // Tests: a folder a room. SLTestSupport holds the gradient check, the method contract and the broken methods.
        .target(
            name: "SLTestSupport",
            dependencies: ["SLTraining", "SLData", "SLDigest", "SLModel", "SLMethodKit", "SLOptimizers", "SLNumerics", "SLRandom", "SLRanks", "SLSpec"],
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
        .testTarget(name: "SLRanksTests", dependencies: ["SLRanks", "SLSystem"], swiftSettings: base),
        .testTarget(name: "ArchitectureTests", swiftSettings: base),
        .testTarget(name: "SLSpecTests", dependencies: ["SLSpec", "SLMethods", "SLMethodKit", "SLRandom"], swiftSettings: base),
        .testTarget(name: "SLDataTests", dependencies: ["SLData", "SLSpec", "SLSystem", "SLRandom", "SLDigest", "CZlib", "CZstd"], swiftSettings: base),
        .testTarget(name: "SLTensorFilesTests", dependencies: ["SLTensorFiles", "SLSpec", "SLDigest", "SLRandom"], swiftSettings: base),
        .testTarget(name: "SLReportTests", dependencies: ["SLReport", "SLSpec", "SLSystem"], swiftSettings: base),
        .testTarget(name: "SLStoreTests", dependencies: ["SLStore", "SLSpec", .product(name: "GRDB", package: "GRDB.swift")], swiftSettings: base),
        .testTarget(name: "SLClusterTests", dependencies: ["SLCluster", "SLSpec"], swiftSettings: base),
        .testTarget(
            name: "SLHarnessTests", dependencies: ["SLHarness", "SLTraining", "SLRanks", "SLModel", "SLMethods", "SLMethodKit", "SLOptimizers", "SLData", "SLSpec", "SLSystem", "SLTestSupport"],
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
                "SLTestSupport", "SLTraining", "SLModel", "SLMethods", "SLMethodKit", "SLOptimizers", "SLNumerics", "SLRandom", "SLRanks", "SLData",
                "SLTensorFiles", "SLSpec",
            ], resources: [.copy("ParityCases")], swiftSettings: base),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
