import SLTestSupport
import Testing

/// The contract finds what is wrong, and only that.
@Suite(.compute(threads: 1)) struct BrokenMethodTests {
    @Test func theSoundMethodPasses() {
        let violations = MethodContract.check(BrokenMethod.underTest(nil))
        #expect(violations.isEmpty, "\(violations.prefix(8))")
    }

    /// The right rule speaks, and rules that have nothing to do with the defect stay silent.
    @Test(arguments: Defect.allCases) func eachDefectIsNamed(defect: Defect) {
        let violations = MethodContract.check(BrokenMethod.underTest(defect), allVariants: false)
        let rules = Set(violations.map(\.rule))
        #expect(rules.contains(defect.rule), "\(defect.rawValue) gave \(rules.map(\.rawValue).sorted())")
        let loud = violations.filter { unrelated(to: defect).contains($0.rule) }
        #expect(loud.isEmpty, "\(loud.prefix(4))")
    }

    /// A wrong derivative must not be reported as a wrong forward pass, nor a wrong name as a wrong derivative.
    private func unrelated(to defect: Defect) -> Set<ContractViolation.Rule> {
        switch defect {
        case .transposedFactor, .forgottenScale, .onePercentGradient, .zeroGradient, .flippedSign, .overwrittenGradient,
            .inputGradientWithoutSparse, .overwrittenInputGradient:
            [.forward, .denseEquivalent, .seed, .declaredCount, .ledgerBytes, .optionEffect, .deadTensor, .frozenTensor]
        case .denseEquivalentWithoutSparse, .anyChoice, .camelCaseOption, .ownDenseInit, .impossibleDefault:
            Set(ContractViolation.Rule.allCases).subtracting([defect.rule])
        default: []
        }
    }
}
