/// A weight's elements, from the first of its tensor on, in the formats that Adam has loops of its own for.
public enum StoredRow: @unchecked Sendable {
    case full(UnsafeMutablePointer<Float>)
    /// Brain floats, rounded to nearest.
    case nearest(UnsafeMutablePointer<UInt16>)
    /// Brain floats, rounded up or down with the probability of the distance, for elements below 2³² of their tensor.
    case stochastic(UnsafeMutablePointer<UInt16>, key: UInt64)
}

/// Both moments of a tensor, kept alike.
public enum StoredMoments: @unchecked Sendable {
    case full(UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
    case nearest(UnsafeMutablePointer<UInt16>, UnsafeMutablePointer<UInt16>)
    /// - Parameter key: of the first moment; the second has the next one.
    case stochastic(UnsafeMutablePointer<UInt16>, UnsafeMutablePointer<UInt16>, key: UInt64)
    case codes(BlockCodes, BlockCodes, blockSize: Int)
    case companded(GroupCodes, GroupCodes)
}

/// A tensor in codes of a book, with a scale a block.
public struct BlockCodes: @unchecked Sendable {
    public let codes: UnsafeMutablePointer<UInt8>
    public let scales: UnsafeMutablePointer<Float>
    public let book: CodeBook

    public init(codes: UnsafeMutablePointer<UInt8>, scales: UnsafeMutablePointer<Float>, book: CodeBook) {
        self.codes = codes
        self.scales = scales
        self.book = book
    }
}

/// A tensor in companded codes, with a scale a group.
public struct GroupCodes: @unchecked Sendable {
    public let codes: UnsafeMutablePointer<UInt8>
    public let scales: UnsafeMutablePointer<Float>

    public init(codes: UnsafeMutablePointer<UInt8>, scales: UnsafeMutablePointer<Float>) {
        self.codes = codes
        self.scales = scales
    }
}

/// One step of Adam in numbers: `AdamCoefficients` of `Float`.
public struct AdamNumbers: Sendable {
    public var beta1: Float
    public var beta2: Float
    public var secondMomentScale: Float
    public var epsilon: Float
    public var stepSize: Float
    public var decay: Float
    public var gradientScale: Float

    public init(
        beta1: Float, beta2: Float, secondMomentScale: Float, epsilon: Float, stepSize: Float, decay: Float, gradientScale: Float
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.secondMomentScale = secondMomentScale
        self.epsilon = epsilon
        self.stepSize = stepSize
        self.decay = decay
        self.gradientScale = gradientScale
    }
}
