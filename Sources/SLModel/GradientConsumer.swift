public import SLMethodKit
public import SLNumerics

/// Takes a tensor's gradient as soon as it is complete, so that its space can serve the next one.
public protocol GradientConsumer<Element>: AnyObject {
    associatedtype Element: Scalar

    /// - Parameter scratch: as much temporary space as the tensor's update rule declares.
    func consume(_ parameter: Parameter<Element>, scratch: Scratch<Element>) throws
}

/// For a pass whose gradients nobody wants.
final class GradientDiscard<Element: Scalar>: GradientConsumer {
    func consume(_ parameter: Parameter<Element>, scratch: Scratch<Element>) {}
}
