/// A number type the engine can run in: `Float` for training, `Double` for checking gradients.
///
/// What is asked of it comes in groups, each beside what it serves: ``ProductScalar`` (matrix products), ``FactorizationScalar``
/// (LAPACK), ``RowScalar`` (the model's innermost loops) and ``UpdateScalar`` (Adam's). A loop that one update rule needs belongs to none
/// of them: it is a generic function in the rule's own folder, specialised for `Float` there.
public protocol Scalar: ProductScalar, FactorizationScalar, RowScalar, UpdateScalar {}

extension Float: Scalar {}
extension Double: Scalar {}

/// A real number in memory: what all groups of ``Scalar`` build on.
public protocol RealScalar: BinaryFloatingPoint, BitwiseCopyable, SIMDScalar, Codable, Sendable {
    typealias Row = UnsafeMutablePointer<Self>
}
