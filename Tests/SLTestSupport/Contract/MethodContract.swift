import SLMethodKit
import SLNumerics
import SLSpec

/// What every method must keep to. Each topic returns the violations that it found; none is the proof sought.
///
/// The suite that runs it iterates the registry, so a new method is checked without a line of its own.
public enum MethodContract {
    public enum Topic: String, Sendable, CaseIterable {
        /// Texts, names and defaults of the descriptor; what the initialiser refuses.
        case descriptor
        /// Every option changes something that can be observed.
        case optionEffects
        /// Forward passes and dense equivalents of single linears.
        case forms
        /// Derivatives of single linears.
        case parameterizationGradients
        /// Same seed, same bits; first values that methods share.
        case seeds
        /// Declared counts, allocations, the ledger and the planner.
        case accounting
        /// Derivatives of a whole model, over two micro-batches.
        case modelGradients
        /// What moves in an update and what must not.
        case updates
        /// A fresh tensor's updates are those of a fresh tensor, whenever in a run it is so.
        case ages
        /// The events that a method promises are those that the trainer records.
        case events
        /// Linears with options of their own, and dense ones among them.
        case layouts
        /// Promised events keep what they promise, and a run that is cut at any update goes on to the same bits.
        case lifecycle
        /// Processes that share every update have the bits of one.
        case distributed
    }

    /// - Parameter allVariants: whether topics on whole models go through every variant of the options, or the base only.
    public static func check(_ method: MethodUnderTest, _ topic: Topic, allVariants: Bool = true) -> [ContractViolation] {
        var found = ViolationList()
        found.attempting("\(method)") { found in
            switch topic {
            case .descriptor: checkDescriptor(method, &found)
            case .optionEffects: try checkOptionEffects(method, &found)
            case .forms: forEachParameterization(method, &found, checkParameterization)
            case .parameterizationGradients: forEachParameterization(method, &found, checkGradients)
            case .seeds: try checkSeeds(method, &found)
            case .accounting: forEachVariant(method, allVariants, &found, checkAccounting)
            case .modelGradients: forEachVariant(method, allVariants, &found, checkModelGradients)
            case .updates: forEachVariant(method, allVariants, &found, checkUpdates)
            case .ages: forEachVariant(method, allVariants, &found, checkAges)
            case .events: forEachVariant(method, allVariants, &found, checkEvents)
            case .layouts: checkLayouts(method, &found)
            case .lifecycle: forEachVariant(method, allVariants, &found, checkLifecycle)
            case .distributed: forEachVariant(method, allVariants, &found, checkRanks)
            }
        }
        return found.violations
    }

    /// Every topic; those on whole models only if the parameterizations keep to the space they declare, because the engine stops a
    /// parameterization that does not.
    public static func check(_ method: MethodUnderTest, allVariants: Bool = true) -> [ContractViolation] {
        var violations: [ContractViolation] = []
        for topic in Topic.allCases {
            if topic == .accounting, violations.contains(where: { $0.rule == .scratchCount }) { break }
            // So is one in the trainer whose tensors are not those declared.
            if topic == .ages, violations.contains(where: { [.frozenTensor, .tensorNames, .declaredCount].contains($0.rule) }) { break }
            violations += check(method, topic, allVariants: allVariants)
        }
        return violations
    }

    private static func forEachVariant(
        _ method: MethodUnderTest, _ all: Bool, _ found: inout ViolationList,
        _ body: (MethodVariant, inout ViolationList) throws -> Void
    ) {
        for variant in method.variants(for: SmallShapes.tiny).prefix(all ? Int.max : 1) {
            found.attempting("\(variant)") { try body(variant, &$0) }
        }
    }

    /// Every variant at every kind of module, with rank 1, 2 and the smaller side, in every phase.
    private static func forEachParameterization(
        _ method: MethodUnderTest, _ found: inout ViolationList,
        _ body: (ModuleHarness<Double>, String, inout ViolationList) throws -> Void
    ) {
        let hasRank = method.descriptor.option(named: "rank") != nil
        for variant in method.variants(for: SmallShapes.tiny) where variant.changed != "rank" {
            for module in SmallShapes.modules {
                for rank in hasRank ? [1, 2, module.smallerSide] : [0] {
                    let subject = "\(variant), \(module.outFeatures)x\(module.inFeatures)" + (hasRank ? ", rank \(rank)" : "")
                    found.attempting(subject) { found in
                        let made = try variant.with(rank: rank).make(for: SmallShapes.tiny)
                        for phase in 0..<made.phaseCount {
                            let linear = try ModuleHarness<Double>(made, at: module, phase: phase)
                            try body(linear, subject + (phase > 0 ? ", phase \(phase)" : ""), &found)
                        }
                    }
                }
            }
        }
    }
}
