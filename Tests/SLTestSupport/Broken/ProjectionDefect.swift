import SLOptimizers

/// One deliberate mistake in an otherwise sound projected rule, the rule that must catch it, and what else it may show.
public enum ProjectionDefect: String, Sendable, CaseIterable {
    // State
    case hiddenBasis, hiddenError, hiddenClock, hiddenDraws, deafToReset
    // Refreshes
    case clockByRunStep, unrecordedRefresh, longInterval, staleBasis
    // State at a refresh
    case keptMoments, keptCorrection, unturnedMoments
    // Subspaces
    case wrongSide, sharedDraws, drawsByUpdate
    // Steps
    case scaledTwice, scaledByShape, ratedTwice, clippedTwice, decayInside
    // Space
    case undeclaredScratch, undeclaredRefreshSpace, fullStorage

    public var rule: ContractViolation.Rule {
        switch self {
        case .hiddenBasis, .hiddenError, .hiddenClock, .hiddenDraws, .deafToReset: .resume
        case .clockByRunStep: .age
        case .unrecordedRefresh, .longInterval: .promisedEvents
        case .staleBasis, .wrongSide, .drawsByUpdate: .subspace
        case .keptMoments: .resetState
        case .keptCorrection: .resetAge
        case .unturnedMoments: .stateAtRefresh
        case .sharedDraws: .seed
        case .scaledTwice: .innerStep
        case .scaledByShape: .sides
        case .ratedTwice: .rate
        case .clippedTwice: .clipping
        case .decayInside: .decay
        case .undeclaredScratch: .scratchCount
        case .undeclaredRefreshSpace: .ledgerBytes
        case .fullStorage: .storedFormat
        }
    }

    /// Other rules that the same mistake breaks.
    public var consequences: Set<ContractViolation.Rule> {
        switch self {
        // What is kept and not declared is held all the same.
        case .hiddenBasis, .hiddenError, .hiddenClock: [.ledgerBytes]
        case .clockByRunStep: [.promisedEvents]
        // A basis that changes without a record changes at the wrong time.
        case .unrecordedRefresh: [.subspace]
        case .keptMoments: [.resetAge]
        // A tall tensor that is treated as a wide one is not treated as its transpose is.
        case .wrongSide: [.sides]
        default: []
        }
    }

    /// Makes terms such that the mistake is one.
    func prepare(_ terms: inout ProjectedRule) {
        switch self {
        case .hiddenError: terms.outside = .errorFeedback
        case .hiddenClock: terms.refresh.condition = .lazy(threshold: 0.9, factor: 2, queue: 2)
        case .hiddenDraws, .sharedDraws, .drawsByUpdate: terms.projector = .gaussian
        case .keptMoments, .keptCorrection: terms.stateAtRefresh = .reset
        case .unturnedMoments: terms.stateAtRefresh = .rotate
        case .scaledTwice, .scaledByShape: terms.scale = 2
        // Adam goes by the age as well; here the clock of refreshes alone is to be wrong.
        case .clockByRunStep, .deafToReset: terms.inner = SGDRule(momentum: 0)
        default: break
        }
    }
}
