import SLHarness
import SLSpec
import Testing

/// What a processor can run of OpenBLAS's kernels, and what some versions make of processors newer than they are.
@Suite struct BLASCoreTests {
    static let avx2 = "sse4_2 avx avx2 fma"
    static let avx512 = avx2 + " avx512f avx512bw avx512dq avx512vl avx512cd"

    static func processor(_ vendor: String, family: Int, model: Int, _ flags: String) -> Processor? {
        Processor(cpuInfo: "processor\t: 0\nvendor_id\t: \(vendor)\ncpu family\t: \(family)\nmodel\t\t: \(model)\nmodel name\t: X\nflags\t\t: \(flags)\n\n")
    }

    static func build(_ version: String) -> OpenBLASBuild {
        OpenBLASBuild(configuration: "OpenBLAS \(version) NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64")
    }

    /// What a config can pin is what this program knows the needs of.
    @Test func whatCanBePinnedIsKnown() {
        #expect(Set(BLASCore.all.map { $0.name.lowercased() }) == Set(PinnedKernels.allCases.map(\.rawValue)))
        #expect(BLASCore.all.allSatisfy { !$0.needed.isEmpty } && BLASCore.all.contains { $0.isNamed("haswell") })
    }

    @Test func theProcessorIsRead() throws {
        let processor = try #require(Self.processor("AuthenticAMD", family: 25, model: 17, "fpu avx2"))
        #expect(processor.vendor == "AuthenticAMD" && processor.family == 25 && processor.model == 17)
        #expect(processor.has(["avx2", "fpu"]) && !processor.has(["avx"]))
        let both = "processor: 0\nflags\t: avx2 fma\n\nprocessor: 1\nflags\t: avx2\n"
        #expect(Processor(cpuInfo: both)?.features == ["avx2"], "only what every core has")
        #expect(Processor(cpuInfo: "Features\t: asimd sve\n")?.features == ["asimd", "sve"])
        for nothing in [nil, "", "processor : 0\nmodel : many\n"] as [String?] { #expect(Processor(cpuInfo: nothing) == nil) }
    }

    @Test func theBuildIsRead() {
        let build = Self.build("0.3.21")
        #expect(build.version == [0, 3, 21] && build.choosesKernels)
        #expect(build.isBefore(0, 3, 25) && !build.isBefore(0, 3, 21) && !build.isBefore(0, 3, 9) && build.isBefore(0, 4))
        let plain = OpenBLASBuild(configuration: "OpenBLAS 0.3.30.dev NO_AFFINITY Haswell MAX_THREADS=64")
        #expect(plain.version == [0, 3, 30] && !plain.choosesKernels)
        #expect(OpenBLASBuild(configuration: "").version.isEmpty)
    }

    @Test(arguments: [
        ("AuthenticAMD", avx512 + " avx512_bf16", "0.3.21", ["SkylakeX", "Zen", "Haswell", "Sandybridge", "Nehalem"]),
        ("AuthenticAMD", avx512 + " avx512_bf16", "0.3.22", ["Cooperlake", "SkylakeX", "Zen", "Haswell", "Sandybridge", "Nehalem"]),
        ("GenuineIntel", avx512 + " avx512_bf16 amx_bf16", "0.3.24", ["SapphireRapids", "Cooperlake", "SkylakeX", "Haswell", "Sandybridge", "Nehalem"]),
        ("GenuineIntel", avx2, "0.3.21", ["Haswell", "Sandybridge", "Nehalem"]),
        ("GenuineIntel", avx2 + " avx512f", "0.3.21", ["Haswell", "Sandybridge", "Nehalem"]),
        ("GenuineIntel", "sse2", "0.3.21", []),
    ])
    func instructionsAndVersionDecide(vendor: String, flags: String, version: String, names: [String]) throws {
        let processor = try #require(Self.processor(vendor, family: 6, model: 85, flags))
        #expect(BLASCore.runnable(on: processor, by: Self.build(version)).map(\.name) == names)
    }

    @Test(arguments: [
        ("Prescott", avx512, ["SkylakeX", "Haswell"]), ("Haswell", avx512, ["SkylakeX"]), ("Cooperlake", avx512 + " avx512_bf16", ["Haswell"]),
        ("Haswell", avx2, ["Sandybridge"]), ("Zen", avx2, ["Sandybridge"]), ("Prescott", avx2, ["Haswell", "Sandybridge"]),
    ])
    func onlyOtherKindsAreTried(chosen: String, flags: String, names: [String]) throws {
        let processor = try #require(Self.processor("GenuineIntel", family: 6, model: 143, flags))
        #expect(BLASCore.alternatives(to: chosen, on: processor, by: Self.build("0.3.21")).map(\.name) == names)
    }

    @Test func withoutAChoiceNothingIsTried() throws {
        let processor = try #require(Self.processor("GenuineIntel", family: 6, model: 143, Self.avx512))
        #expect(BLASCore.alternatives(to: "Haswell", on: processor, by: OpenBLASBuild(configuration: "OpenBLAS 0.3.21 Haswell")).isEmpty)
        let arm = try #require(Processor(cpuInfo: "Features\t: asimd atomics asimddp sve svebf16\n"))
        #expect(BLASCore.alternatives(to: "armv8", on: arm, by: Self.build("0.3.21")).map(\.name) == ["neoversev1", "neoversen1"])
    }

    /// Picks of OpenBLAS 0.3.21 as seen under `qemu-x86_64 -cpu Haswell,model=186` (207), `family=15,model=6` and `-cpu max`.
    @Test(arguments: [
        ("GenuineIntel", 6, 186, "0.3.21", "Prescott", "before 0.3.25"), ("GenuineIntel", 6, 207, "0.3.24", "Prescott", "(207)"),
        ("GenuineIntel", 15, 6, "0.3.21", "Prescott", "family 15"), ("GenuineIntel", 19, 1, "0.3.30", "Prescott", "family 19"),
        ("AuthenticAMD", 15, 107, "0.3.21", "Opteron", "virtual processor"), ("AuthenticAMD", 26, 2, "0.3.18", "Barcelona", "before 0.3.19"),
    ])
    func knownMistakesAreExplained(vendor: String, family: Int, model: Int, version: String, core: String, words: String) throws {
        let processor = try #require(Self.processor(vendor, family: family, model: model, Self.avx2))
        let build = Self.build(version)
        #expect(try #require(BLASCore.mistake(chosen: core, on: processor, by: build)).contains(words))
        #expect(BLASCore.mistake(chosen: "Haswell", on: processor, by: build) == nil, "another pick is no mistake")
        let old = try #require(Self.processor(vendor, family: family, model: model, "sse2 pni"))
        #expect(BLASCore.mistake(chosen: core, on: old, by: build) == nil, "an old processor gets what it can run")
    }

    @Test(arguments: [(6, 186, "0.3.25"), (6, 143, "0.3.21")])
    func otherPicksAreNotExplained(family: Int, model: Int, version: String) throws {
        let processor = try #require(Self.processor("GenuineIntel", family: family, model: model, Self.avx2))
        #expect(BLASCore.mistake(chosen: "Prescott", on: processor, by: Self.build(version)) == nil)
    }
}
