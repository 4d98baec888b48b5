/// One deliberate mistake in an otherwise sound method, and the rule that must catch it.
public enum Defect: String, Sendable, CaseIterable {
    // Derivatives
    case transposedFactor, forgottenScale, onePercentGradient, zeroGradient, flippedSign
    case overwrittenGradient, leftoverGradient
    case inputGradientWithoutSparse, overwrittenInputGradient
    // Forward passes
    case denseEquivalentWithoutSparse, supportPerCall, dirtyScratch, changedInput, overwrittenOutput, claimedBottleneck, functionInBuffer
    // Declarations
    case unfrozenBase, trainedFrozenBase, deadTensor, wrongStateCount, undeclaredScratch, duplicateNames
    // Seeds
    case unseededSupport, ignoredSeed, ownDenseInit
    // Lifecycles
    case correctionByRunStep, brokenPromise, silentPromise
    case keptMoments, keptAge, changingRewrite, unsavedController, hiddenState
    // Processes
    case drawnByRank, decidedLocally, keptToItself
    // Layouts
    case ignoredLayer, ignoredRole
    // Descriptor
    case ignoredOption, impossibleDefault, anyChoice, camelCaseOption

    public var rule: ContractViolation.Rule {
        switch self {
        case .transposedFactor, .forgottenScale, .onePercentGradient, .zeroGradient, .flippedSign: .gradient
        case .overwrittenGradient, .leftoverGradient: .accumulation
        case .inputGradientWithoutSparse: .inputGradient
        case .overwrittenInputGradient: .inputAccumulation
        case .denseEquivalentWithoutSparse: .denseEquivalent
        case .supportPerCall: .repeatable
        case .dirtyScratch, .overwrittenOutput: .forward
        case .claimedBottleneck: .bottleneck
        case .functionInBuffer: .weightsAlone
        case .changedInput: .inputModified
        case .unfrozenBase, .trainedFrozenBase: .frozenTensor
        case .deadTensor: .deadTensor
        case .wrongStateCount: .stateCount
        case .undeclaredScratch: .scratchCount
        case .duplicateNames: .tensorNames
        case .unseededSupport, .ignoredSeed: .seed
        case .ownDenseInit: .sharedInit
        case .correctionByRunStep: .age
        case .brokenPromise, .silentPromise: .promisedEvents
        case .ignoredLayer, .ignoredRole: .layout
        case .keptMoments: .resetState
        case .keptAge: .resetAge
        case .changingRewrite: .functionChange
        case .unsavedController, .hiddenState: .resumption
        case .drawnByRank, .decidedLocally, .keptToItself: .ranks
        case .ignoredOption: .optionEffect
        case .impossibleDefault: .optionDefault
        case .anyChoice: .optionRejected
        case .camelCaseOption: .optionName
        }
    }
}
