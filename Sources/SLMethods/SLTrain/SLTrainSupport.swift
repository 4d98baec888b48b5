import SLMethodKit
import SLSpec

/// Where SLTrain's sparse part stands.
enum SLTrainSupport: String, CaseIterable {
    /// The authors': drawn once.
    case random
    /// Drawn, and then moving by dense gradients: SpIEL's way, and RigL's.
    case regrow
    /// Moving by accumulated second moments: SpIEL-MA's way.
    case regrowMomentum = "regrow_momentum"
    /// Moving by chance: SET's way, and SMET's.
    case regrowRandom = "regrow_random"
    /// The entries of smallest magnitude of the weights that a dense linear would start from, drawn or given. Values are drawn as ever.
    case smallest
    /// Those of largest magnitude, with these weights as values: a pruned model that goes on.
    case pruned = "fixed_from_pruning"

    static let name = "support"

    static var option: OptionDescriptor {
        OptionDescriptor(
            name: name, domain: .choice(allCases.map(\.rawValue)),
            help: "Where the sparse part stands: drawn once; drawn and then moving by dense gradients, by second moments or by chance (regrow_…);"
                + " where the dense first weights, drawn or given by --init, are smallest; or where they are largest, with their values.",
            source: "random: arXiv:2406.02214, §3.2; regrow, regrow_momentum: Ansell et al. 2024, arXiv:2401.16405; regrow_random: Mocanu et al. 2018,"
                + " arXiv:1707.04780; smallest: Hu et al. 2024, SaRA, arXiv:2409.06633; fixed_from_pruning: Agarwalla et al. 2024, arXiv:2405.03594",
            defaultValue: .text(SLTrainSupport.random.rawValue)).ofTheRun.unwrittenAtDefault
    }

    var growth: Regrow.Growth? {
        switch self {
        case .regrow: .gradient
        case .regrowMomentum: .momentum
        case .regrowRandom: .random
        case .random, .smallest, .pruned: nil
        }
    }

    var readsDense: Bool { self == .smallest || self == .pruned }
}
