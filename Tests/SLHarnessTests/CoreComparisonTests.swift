import SLHarness
import Testing

/// What the doctor says of the kernels that multiply, from figures that are given.
@Suite struct CoreComparisonTests {
    private static func trial(_ core: String, _ gigaflops: Double, worst: Double = 0.1) -> CoreTrial.Outcome {
        .measured(CoreTrial(core: core, rate: gigaflops * 1e9, products: 56, worst: worst, worstProduct: "1×97×300"))
    }

    /// - Parameters:
    ///   - tries: by the variable's value, "" for none, one outcome a try; the last stays.
    private func comparison(
        _ core: String, forced: String? = nil, flags: String = BLASCoreTests.avx512, model: Int = 143, version: String = "0.3.21",
        _ tries: [String: [CoreTrial.Outcome]]
    ) -> (comparison: CoreComparison, asked: [String]) {
        var comparison = CoreComparison(
            core: core, forced: forced, processor: BLASCoreTests.processor("GenuineIntel", family: 6, model: model, flags), build: BLASCoreTests.build(version))
        var (left, asked) = (tries, [String]())
        comparison.run { value in
            let name = value ?? ""
            asked.append(name)
            guard let first = left[name]?.first else { return .failed("not expected: \(name)") }
            if let rest = left[name]?.dropFirst(), !rest.isEmpty { left[name] = Array(rest) }
            return first
        }
        return (comparison, asked)
    }

    @Test func rightAndFastIsLeftAlone() {
        let (comparison, asked) = comparison("SkylakeX", ["": [Self.trial("SkylakeX", 240)], "Haswell": [Self.trial("Haswell", 125)]])
        #expect(comparison.fix == nil && !comparison.endsProcesses)
        #expect(comparison.found == "SkylakeX: 240 GFLOP/s on 1 thread, 56 odd products right (largest error 10 % of its bound); Haswell 125 GFLOP/s")
        #expect(asked == ["", "Haswell"], "each is tried once")
    }

    @Test func aSlowPickIsMended() {
        let (comparison, asked) = comparison(
            "Prescott", model: 207, ["": [Self.trial("Prescott", 33)], "SkylakeX": [Self.trial("SkylakeX", 240)], "Haswell": [Self.trial("Haswell", 125)]])
        #expect(comparison.fix == "OPENBLAS_CORETYPE=SkylakeX: SkylakeX, 240 GFLOP/s in place of 33 GFLOP/s")
        #expect(comparison.found.contains("OpenBLAS before 0.3.25 takes Intel's models from 176 on, like this one (207), for a Pentium 4"))
        #expect(asked == ["", "SkylakeX", "Haswell", "", "SkylakeX"], "what is proposed is tried twice")
    }

    /// The first figure of the kernels in use was disturbed: the second shows it.
    @Test func aDisturbanceProposesNothing() {
        let (comparison, _) = comparison(
            "SkylakeX", ["": [Self.trial("SkylakeX", 60), Self.trial("SkylakeX", 240)], "Haswell": [Self.trial("Haswell", 125)]])
        #expect(comparison.fix == nil && comparison.found.hasPrefix("SkylakeX: 240 GFLOP/s"))
        let noise = self.comparison("Haswell", ["": [Self.trial("Haswell", 100)], "SkylakeX": [Self.trial("SkylakeX", 110)]])
        #expect(noise.comparison.fix == nil && noise.asked.count == 2, "a tenth is within the noise")
    }

    @Test func aSlowForcedChoiceIsUnset() {
        let (comparison, _) = comparison(
            "Sandybridge", forced: "Sandybridge",
            ["Sandybridge": [Self.trial("Sandybridge", 86)], "": [Self.trial("SkylakeX", 240)], "Haswell": [Self.trial("Haswell", 250)]])
        #expect(comparison.fix == "unset OPENBLAS_CORETYPE: SkylakeX, 240 GFLOP/s in place of 86 GFLOP/s")
        #expect(comparison.found.contains("Sandybridge by OPENBLAS_CORETYPE: 86 GFLOP/s") && comparison.found.contains("without it SkylakeX 240 GFLOP/s"))
    }

    /// Where the library's own pick is slow as well, another name is better than none.
    @Test func aForcedChoiceIsChanged() {
        let (comparison, _) = comparison(
            "Nehalem", forced: "nehalem",
            ["nehalem": [Self.trial("Nehalem", 33)], "": [Self.trial("Prescott", 40)], "SkylakeX": [Self.trial("SkylakeX", 240)],
             "Haswell": [Self.trial("Haswell", 125)]])
        #expect(comparison.fix?.hasPrefix("OPENBLAS_CORETYPE=SkylakeX: ") == true)
    }

    @Test func aForcedChoiceAsFastAsOthersStays() {
        let (comparison, _) = comparison("Haswell", forced: "Haswell", ["Haswell": [Self.trial("Haswell", 104)], "": [Self.trial("Cooperlake", 101)]])
        #expect(comparison.fix == nil && comparison.found.contains("without it Cooperlake 101 GFLOP/s"))
    }

    @Test(arguments: [("Bogus", true), ("SapphireRapids", false), ("Cooperlake", false), ("", false)])
    func namesThatAreNotHeededAreTold(name: String, isTold: Bool) {
        var tries = ["": [Self.trial("Cooperlake", 240)], "Haswell": [Self.trial("Haswell", 125)]]
        tries[name] = [Self.trial("Cooperlake", 240)]
        let (comparison, _) = comparison("Cooperlake", forced: name, tries)
        #expect((comparison.fix == "unset OPENBLAS_CORETYPE: this OpenBLAS does not heed 'Bogus'") == isTold)
        #expect((comparison.fix != nil) == isTold)
    }

    /// A name that is not heeded must not be proposed as if it were.
    @Test func anAlternativeThatIsAnotherIsDropped() {
        let (comparison, _) = comparison(
            "Prescott", ["": [Self.trial("Prescott", 33)], "SkylakeX": [Self.trial("Prescott", 34)], "Haswell": [Self.trial("Haswell", 125)]])
        #expect(!comparison.found.contains("SkylakeX"))
        #expect(comparison.fix?.hasPrefix("OPENBLAS_CORETYPE=Haswell: Haswell, 125") == true)
    }

    @Test func wrongKernelsAreAnErrorThatNamesThem() {
        let (comparison, _) = comparison(
            "SkylakeX", ["": [Self.trial("SkylakeX", 240, worst: 31)], "Haswell": [Self.trial("Haswell", 125)], "Sandybridge": [Self.trial("Sandybridge", 86)]])
        #expect(comparison.found.hasPrefix("SkylakeX: multiplies wrongly: 1×97×300 is off by 31 times its bound"))
        #expect(comparison.fix == "OPENBLAS_CORETYPE=Haswell: Haswell, 125 GFLOP/s")
        let wholly = self.comparison("SkylakeX", ["": [Self.trial("SkylakeX", 240, worst: 1e30)]]).comparison
        #expect(wholly.found.contains("off by more than any rounding") && wholly.fix?.hasPrefix("another version of OpenBLAS") == true)
    }

    /// However fast wrong kernels are, they are not proposed.
    @Test func wrongAlternativesAreNotProposed() {
        let (comparison, _) = comparison(
            "Prescott", ["": [Self.trial("Prescott", 33)], "SkylakeX": [Self.trial("SkylakeX", 240, worst: 9)], "Haswell": [.signal(4)]])
        #expect(comparison.fix == nil && comparison.found.contains("SkylakeX multiplies wrongly; Haswell ends the program"))
    }

    @Test func kernelsThatTheProcessorLacksAreTold() {
        let (comparison, _) = comparison(
            "Excavator", forced: "Excavator", flags: BLASCoreTests.avx2, ["Excavator": [.signal(4)], "": [Self.trial("Haswell", 100)]])
        #expect(comparison.endsProcesses && comparison.found.hasPrefix("Excavator by OPENBLAS_CORETYPE: ends the program: this processor lacks its instructions"))
        #expect(comparison.fix == "unset OPENBLAS_CORETYPE: Haswell, 100 GFLOP/s")
    }

    /// What could not be measured is said and accuses nobody.
    @Test(arguments: [CoreTrial.Outcome.late(4), .failed("no figures came")]) func whatIsNotKnownIsNoFault(outcome: CoreTrial.Outcome) {
        let (comparison, _) = comparison("Haswell", flags: BLASCoreTests.avx2, ["": [outcome], "Sandybridge": [Self.trial("Sandybridge", 86)]])
        #expect(comparison.fix == nil && !comparison.endsProcesses && comparison.found.contains("not measured"))
    }
}
