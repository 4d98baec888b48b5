import SLNumerics
import SLOptimizers
import SLSpec

/// What every optimizer must keep to, by topics as ``MethodContract``. The suite that runs it iterates the registry.
public enum OptimizerContract {
    public enum Topic: String, Sendable, CaseIterable {
        /// Texts, names and defaults of the descriptor; what the initialiser refuses.
        case descriptor
        /// Every option changes something that can be observed.
        case optionEffects
        /// Declared state, scratch and space of a refresh against what is allocated and touched; a run goes on from its state alone, and an
        /// emptied state is a fresh one.
        case state
        /// Clipping, weight decay, learning rates and one of zero, zero gradients.
        case steps
        /// The same bits again, whenever in a run a tensor is fresh; `Float` as `Double`.
        case repeats
        /// Short states and weights do nearly what full ones do.
        case formats
        /// A quadratic is descended.
        case descent
        /// What a rule says of its subspace: when it is found anew, where steps lie, what becomes of the state.
        case refreshes
    }

    public static func check(_ optimizer: OptimizerUnderTest, _ topic: Topic) -> [ContractViolation] {
        var found = ViolationList()
        found.attempting("\(optimizer)") { found in
            switch topic {
            case .descriptor: checkDescriptor(optimizer, &found)
            case .optionEffects: try checkOptionEffects(optimizer, &found)
            case .state: try forEachPlace(optimizer, &found, checkState)
            case .steps: try forEachPlace(optimizer, &found, checkSteps)
            case .repeats: try forEachPlace(optimizer, &found, checkRepeats)
            case .formats: try checkFormats(optimizer, &found)
            case .descent: try forEachPlace(optimizer, &found, allOptions: false, checkDescent)
            case .refreshes: try forEachPlace(optimizer, &found, checkRefreshes)
            }
        }
        return found.violations
    }

    public static func check(_ optimizer: OptimizerUnderTest) -> [ContractViolation] { Topic.allCases.flatMap { check(optimizer, $0) } }

    /// Every kind of tensor under the base options and under each other choice.
    private static func forEachPlace(
        _ optimizer: OptimizerUnderTest, _ found: inout ViolationList, allOptions: Bool = true,
        _ body: (any UpdateRule, TensorPlace, String, inout ViolationList) throws -> Void
    ) throws {
        var sets = [("", optimizer.baseOptions)]
        for (option, value) in allOptions ? optimizer.changes : [] {
            var options = optimizer.baseOptions
            options[option] = value
            sets.append(("(\(option) = \(value))", options))
        }
        for (words, options) in sets {
            for place in OptimizerPlaces.all {
                let subject = "\(optimizer)\(words), \(place.fullName) \(place.rows)x\(place.columns)"
                found.attempting(subject) { found in
                    try body(try optimizer.rule(options, place, StorageChoice()).rule, place, subject, &found)
                }
            }
        }
    }
}
