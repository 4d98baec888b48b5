/// A number type the engine can run in: `Float` for training, `Double` for checking gradients.
///
/// What is asked of it comes in groups, each beside what it serves: ``ProductScalar`` (matrix products), ``FactorizationScalar``
/// (LAPACK), ``RowScalar`` (the model's innermost loops), ``UpdateScalar`` (Adam's) and ``RuleScalar`` (other rules' that a vector unit
/// makes faster). A loop that one update rule needs, and that waits for memory, divisions or branches whatever the vector unit, belongs to
/// none of them: it is a generic function in the rule's own folder, specialised for `Float` there.
public protocol Scalar: ProductScalar, FactorizationScalar, RowScalar, UpdateScalar, RuleScalar {}

extension Float: Scalar {}
extension Double: Scalar {}

/// A real number in memory: what all groups of ``Scalar`` build on.
public protocol RealScalar: BinaryFloatingPoint, BitwiseCopyable, SIMDScalar, Codable, Sendable {
    typealias Row = UnsafeMutablePointer<Self>
}
