import SLHarness
import Testing

/// A program built for wider vectors than the processor has ends with words and not with a signal.
@Suite struct ProcessorGuardTests {
    private let avx512 = ProcessorGuard(units: "avx512", needed: ["avx2", "fma", "avx512f", "avx512vl"])
    private let avx2 = ProcessorGuard(units: "avx2", needed: ["avx2", "fma"])

    private func cpuInfo(_ flags: String..., key: String = "flags\t\t") -> String {
        flags.enumerated().map { "processor\t: \($0)\nmodel name\t: Some CPU\n\(key): fpu sse2 \($1)\nbugs\t\t: avx512f\n" }.joined(separator: "\n")
    }

    @Test func whatIsThereIsTaken() {
        #expect(avx512.refusal(cpuInfo: cpuInfo("fma avx2 avx512f avx512dq avx512vl")) == nil)
        #expect(avx2.refusal(cpuInfo: cpuInfo("avx2 fma")) == nil)
        #expect(ProcessorGuard(units: "baseline", needed: []).refusal(cpuInfo: cpuInfo("")) == nil)
    }

    @Test func whatIsMissingIsNamedWithTheWayOut() throws {
        let words = try #require(avx512.refusal(cpuInfo: cpuInfo("fma avx2")))
        #expect(words.contains("built for processors with avx512 (avx2, fma, avx512f, avx512vl)"))
        #expect(words.contains("this one has no avx512f, avx512vl; its own are avx2") && words.contains("hint: build it on this machine"))
        #expect(try #require(avx2.refusal(cpuInfo: cpuInfo("avx"))).contains("has no avx2, fma; its own are baseline"))
    }

    /// A flag is a whole word, and one that only some cores have is none.
    @Test func flagsAreWordsOfEveryCore() {
        #expect(avx512.refusal(cpuInfo: cpuInfo("fma avx2 avx512fp16 avx512vl")) != nil)
        #expect(avx512.refusal(cpuInfo: cpuInfo("fma avx2 avx512f avx512vl", "fma avx2")) != nil)
    }

    /// Where the kernel says nothing, nobody is kept out.
    @Test func silenceIsNoRefusal() {
        for nothing in [nil, "", "processor : 0\n"] as [String?] { #expect(avx512.refusal(cpuInfo: nothing) == nil) }
    }

    @Test func theWidestIsNamed() {
        #expect(ProcessorGuard.widest(cpuInfo: cpuInfo("fma avx2 avx512f avx512vl")) == "avx512")
        #expect(ProcessorGuard.widest(cpuInfo: cpuInfo("fma avx2 avx512f")) == "avx2")
        #expect(ProcessorGuard.widest(cpuInfo: cpuInfo("asimd", key: "Features\t")) == "neon")
        #expect(ProcessorGuard.widest(cpuInfo: "") == "unknown")
    }
}
