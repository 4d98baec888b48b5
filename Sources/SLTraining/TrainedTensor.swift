import SLModel
import SLNumerics
import SLOptimizers

/// A trained tensor of a model with its optimizer.
struct TrainedTensor<Element: Scalar> {
    let parameter: ModelParameter<Element>
    let updater: AgedUpdater<Element>
    /// Of the tensor's group: multiple of the run's learning rate, and the weight decay.
    let learningRateFactor: Double
    let weightDecay: Double
}
