/// A type whose values a tensor file holds as they lie in memory: no padding, and every pattern of bits is a value.
///
/// bfloat16 has no type in Swift; its patterns, as those of any format of 16 bits, are `UInt16`.
public protocol TensorElement: BitwiseCopyable, Sendable {}

extension Double: TensorElement {}
extension Float: TensorElement {}
extension Float16: TensorElement {}
extension Int64: TensorElement {}
extension Int32: TensorElement {}
extension UInt16: TensorElement {}
extension UInt8: TensorElement {}
