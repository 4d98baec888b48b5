package import SLNumerics
import SLSpec

extension MemoryBreakdown {
    package init(_ snapshot: MemoryLedger.Snapshot) {
        self.init(
            weights: snapshot[.weights], gradients: snapshot[.gradients], optimizer: snapshot[.optimizer],
            indices: snapshot[.indices], activations: snapshot[.activations], workspace: snapshot[.workspace])
    }
}
