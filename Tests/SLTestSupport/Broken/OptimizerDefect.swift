/// One deliberate mistake in an otherwise sound optimizer, and the rule that must catch it.
public enum OptimizerDefect: String, Sendable, CaseIterable {
    // Descriptor
    case ignoredOption, impossibleDefault, anyChoice, camelCaseOption, rateWithoutSource
    // Declarations
    case undeclaredState, hiddenState, undeclaredScratch, dirtyScratch
    // Steps
    case ignoredClipping, decayInTheGradient, forgottenDecay, stepAtRateZero, dividedByZero, flippedSign
    // Runs
    case unseededNoise, correctionByRunStep, typeDependent, lostStorage, fullStorage

    public var rule: ContractViolation.Rule {
        switch self {
        case .ignoredOption: .optionEffect
        case .impossibleDefault: .optionDefault
        case .anyChoice: .optionRejected
        case .camelCaseOption: .optionName
        case .rateWithoutSource: .descriptorText
        case .undeclaredState: .stateCount
        case .hiddenState: .resume
        case .undeclaredScratch: .scratchCount
        case .dirtyScratch, .dividedByZero: .finite
        case .ignoredClipping: .clipping
        case .decayInTheGradient, .forgottenDecay: .decay
        case .stepAtRateZero: .zeroRate
        case .flippedSign: .descent
        case .unseededNoise: .repeatable
        case .correctionByRunStep: .age
        case .typeDependent: .precision
        case .lostStorage, .fullStorage: .storedFormat
        }
    }
}
