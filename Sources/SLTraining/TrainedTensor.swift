import SLModel
import SLNumerics
import SLOptimizers

/// A trained tensor of a model with its optimizer.
struct TrainedTensor<Element: Scalar> {
    /// Among all tensors that the method trains, frozen ones counted: what random choices are named by.
    let number: Int
    let parameter: ModelParameter<Element>
    let updater: AgedUpdater<Element>
    /// Of the updater's state, in its order.
    let declarations: [StateDeclaration]
    /// Of the tensor's group: multiple of the run's learning rate, and the weight decay.
    let learningRateFactor: Double
    let weightDecay: Double

    /// The same under the number that it has in another phase.
    func numbered(_ number: Int) -> TrainedTensor {
        TrainedTensor(
            number: number, parameter: parameter, updater: updater, declarations: declarations, learningRateFactor: learningRateFactor,
            weightDecay: weightDecay)
    }
}
