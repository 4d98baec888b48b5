public import SLMethodKit
public import SLNumerics
import SLOptimizers
public import SLSpec

/// Axis 3 on its own: dense weights, and a controller that freezes, thaws, asks for gradients, edits state and lets the rate dip.
///
/// When it acts is fixed; on what, and how much, depends on what it saw.
public struct LifecycleMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "lifecycle", title: "Lifecycle", summary: "Every kind of action.", paper: "none", family: .dense, options: [],
        recipe: { _ in .init(learningRate: 1e-3, source: "none") })

    /// Beside the controller another that resets everything in the same update.
    private let hasSecond: Bool

    public init(options: MethodOptions, model: ModelShape) { self.init() }
    public init(hasSecond: Bool = true) { self.hasSecond = hasSecond }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        [
            TensorDeclaration("weight", rows: module.outFeatures, columns: module.inFeatures),
            TensorDeclaration("collected", rows: module.outFeatures, columns: module.inFeatures, kind: .buffer, summedRows: module.outFeatures),
        ]
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        CollectingParameterization(weight: try set.parameter("weight"), collected: try set.buffer("collected"))
    }

    /// All tensors at first, and later those that it chooses by what it sees.
    public func trainedSets(of tensors: [TensorPlace], phase: Int) -> [TrainedSet] { [TrainedSet(isOpen: true)] }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { [EverythingLifecycle()] + (hasSecond ? [ResettingLifecycle()] : []) }
}

/// A dense parameterization that adds up an update's gradients in the passes in which it is told to.
final class CollectingParameterization<Element: Scalar>: Parameterization {
    private let weight: Parameter<Element>
    private let collected: Matrix<Element>
    private var pass = ModelPass(.evaluate)

    init(weight: Parameter<Element>, collected: Matrix<Element>) {
        self.weight = weight
        self.collected = collected
    }

    func prepare(for pass: ModelPass) { self.pass = pass }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        y.setProduct(x, transposing: weight, keep: accumulate ? 1 : 0)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x else { throw ContractError.missingInput(module: weight.name) }
        weight.gradient?.setProduct(transposing: outputGradient, x, keep: accumulate ? 1 : 0)
        if pass.collectsDenseGradients { collected.setProduct(transposing: outputGradient, x, keep: accumulate ? 1 : 0) }
        dx.setProduct(outputGradient, weight, keep: accumulateInput ? 1 : 0)
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        dense.copy(from: weight.value)
        return true
    }
}

/// One kind of action after the other.
public struct EverythingLifecycle: Lifecycle {
    public struct State: Codable, Sendable {
        /// Sum of the norms of gradients of frozen tensors.
        public var seen = 0.0
        public var frozen: [String] = []
    }

    public var state = State()

    public mutating func actions(after update: RunView) -> [LifecycleAction] {
        state.seen += update.tensors.filter { !$0.isTrained }.reduce(0) { $0 + $1.gradientNorm }
        switch update.step {
        case 2:
            // The half of the tensors that move least.
            let order = update.tensors.sorted { ($0.gradientNorm, $0.place.fullName) < ($1.gradientNorm, $1.place.fullName) }
            state.frozen = order.prefix(order.count / 2).map(\.place.fullName).sorted()
            return [.freeze(.named(Set(state.frozen)))]
        case 3: return [.denseGradients(of: .all, updates: 2)]
        case 6:
            let back = state.frozen.enumerated().filter { ($0.offset + Int(1e6 * state.seen)) % 3 > 0 }.map(\.element)
            return [.thaw(.named(Set(back)))]
        case 7:
            let mean = update.losses.reduce(0, +) / Double(update.losses.count)
            return [.dip(LearningRateDip(first: 9, length: 2, floor: 0.1 / mean, end: .afterwards, option: "none"))]
        case 8: return [.editState(of: .linears(["weight"]), .zeroRows([0, 2])), .setAge(of: .linears(["weight"]), 1)]
        default: return []
        }
    }

    public var plannedEvents: [PlannedEvent] {
        [("freeze", 2), ("dense_gradients", 3), ("thaw", 6), ("dip", 7), ("reset", 8), ("age", 8)].map {
            PlannedEvent(kind: $0.0, first: $0.1, interval: nil, option: "none")
        }
    }
}

/// Everything is fresh after update 8.
struct ResettingLifecycle: Lifecycle {
    typealias State = Stateless

    func actions(after update: RunView) -> [LifecycleAction] {
        update.step == 8 ? [.editState(of: .all, .prune(.zero)), .setAge(of: .all, 0)] : []
    }

    var plannedEvents: [PlannedEvent] {
        [
            PlannedEvent(kind: "reset", first: 8, interval: nil, option: "none", promise: .stateZeroed(.all)),
            PlannedEvent(kind: "age", first: 8, interval: nil, option: "none", promise: .age(.all, 0)),
        ]
    }
}
