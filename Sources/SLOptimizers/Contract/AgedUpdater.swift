public import SLNumerics

/// A tensor's updater with the tensor's own age, which is what Adam's bias correction goes by.
///
/// A run's step would not do: a tensor that is fresh in a later phase has no moments yet, and corrected by a large step its
/// first updates would be (1−β₁)/√(1−β₂) = 3.2 times as long as the learning rate says.
public final class AgedUpdater<Element: Scalar> {
    public let updater: any TensorUpdater<Element>
    /// Updates that the tensor has received since it became fresh; 0 before its first. A lifecycle may set it, a checkpoint
    /// keeps it.
    public var age: Int

    public init(_ updater: any TensorUpdater<Element>, age: Int = 0) {
        self.updater = updater
        self.age = age
    }

    public var state: [(name: String, value: StoredTensor<Element>)] { updater.state }

    /// One update, after which the tensor is one older.
    ///
    /// - Throws: as ``TensorUpdater/update(weight:gradient:context:)``.
    public func update(weight: StoredTensor<Element>, gradient: Matrix<Element>, context: UpdateContext<Element>) throws {
        var context = context
        context.age = age + 1
        try updater.update(weight: weight, gradient: gradient, context: context)
        age += 1
    }

    /// The direction of an update whose step somebody else makes; the tensor is one older then, too.
    ///
    /// - Returns: the step's size, as the rule has it.
    /// - Throws: as ``TensorUpdater/direction(_:context:)``.
    public func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) throws -> Double {
        var context = context
        context.age = age + 1
        let size = try updater.direction(gradient, context: context)
        age += 1
        return size
    }
}
