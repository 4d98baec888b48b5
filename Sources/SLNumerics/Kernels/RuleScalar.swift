/// A number type with loops over whole gradients that update rules need and that a vector unit makes several times faster. The conventions
/// are those of ``RowScalar``.
public protocol RuleScalar: RealScalar {
    /// max |x|, 0 for no elements; what isn't a number does not count.
    static func largestMagnitude(_ x: Row, _ n: Int) -> Self
    /// y adds x²
    static func addSquares(_ y: Row, _ x: Row, _ n: Int)
    /// x ← x · y · factor
    static func multiply(_ x: Row, by y: Row, _ factor: Self, _ n: Int)
    /// Where |x| > bound: x ← x · factor
    static func cut(_ x: Row, above bound: Self, _ factor: Self, _ n: Int)
    /// Where the mask is 1: x ← x · a. It is 0 elsewhere.
    static func scale(_ x: Row, _ a: Self, where mask: Row, _ n: Int)
    /// v ← v · inverse − m² · weight
    static func toVariance(_ v: Row, _ m: Row, _ inverse: Self, _ weight: Self, _ n: Int)
    /// v ← |(x + m² · weight) · correction|
    static func toSecondMoment(_ v: Row, _ x: Row, _ m: Row, _ weight: Self, _ correction: Self, _ n: Int)
}
