public import SLNumerics

/// The state of one parameter's optimizer, and the step it makes.
///
/// A rule says what the direction is; the step along it is the same for all: W ← W·(1 − lr·wd) − s·N, decay before the step or
/// after it. A rule that can do both at once, or that needs the weights, writes ``update(weight:gradient:context:)`` itself.
public protocol TensorUpdater<Element>: AnyObject {
    associatedtype Element: Scalar

    /// In the order of the rule's ``UpdateRule/state(rows:columns:)``.
    var state: [(name: String, value: StoredTensor<Element>)] { get }

    var decayOrder: DecayOrder { get }

    /// ‖gradient‖² as norms and clipping see it: with whatever the rule keeps where gradients accumulate.
    func squaredNorm(of gradient: Matrix<Element>) -> Double

    /// The gradient becomes the direction N of the step −s·N.
    ///
    /// Gradients are multiplied with the context's `gradientScale` first.
    ///
    /// - Returns: s, the learning rate and whatever corrections stand outside N included.
    /// - Throws: ``LinearAlgebraError``, ``OutOfMemoryError`` from a refresh.
    func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) throws -> Double

    /// One step. `gradient` may be overwritten.
    ///
    /// - Throws: as ``direction(_:context:)``.
    func update(weight: StoredTensor<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) throws
}

extension TensorUpdater {
    public var decayOrder: DecayOrder { .beforeStep }
    public func squaredNorm(of gradient: Matrix<Element>) -> Double { gradient.sumOfSquares() }

    public func update(weight: StoredTensor<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) throws {
        let size = try direction(gradient, context: context)
        context.step(weight, along: gradient, by: size, decayOrder)
    }

    /// One step of a weight that is kept in full.
    public func update(weight: Matrix<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) throws {
        try update(weight: StoredTensor(weight), gradient: gradient, context: context)
    }
}

/// When decoupled weight decay happens.
public enum DecayOrder: Sendable, Hashable {
    /// W ← (1 − lr·wd)·W, then the step (PyTorch).
    case beforeStep
    /// The step, then W ← (1 − lr·wd)·W (Hugging Face, GaLore).
    case afterStep
}
