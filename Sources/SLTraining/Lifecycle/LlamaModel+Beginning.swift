import SLMethodKit
import SLModel
import SLNumerics

extension LlamaModel {
    /// Freezes what controllers have frozen from the start, before anything is allocated for it.
    ///
    /// - Returns: whose gradients they want in the first updates. Of several that want any the last counts, as later in the run.
    func begin(_ lifecycles: inout [any Lifecycle], totalSteps: Int, seed: UInt64) throws -> GradientObservation? {
        let tensors = parameters.filter(\.parameter.isDeclaredTrainable).map { RunView.Tensor(place: $0.place, gradientNorm: 0, age: 0) }
        let run = RunView(step: 0, totalSteps: totalSteps, tensors: tensors, seed: seed)
        var observation: GradientObservation?
        for index in lifecycles.indices {
            let beginning = lifecycles[index].beginning(of: run)
            if let frozen = beginning.frozen { try setHeld(true, frozen) }
            if let observed = beginning.observed, beginning.observedUpdates > 0 {
                observation = GradientObservation(tensors: observed, updates: beginning.observedUpdates)
            }
        }
        return observation
    }
}
