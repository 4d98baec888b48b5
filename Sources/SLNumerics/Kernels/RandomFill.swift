public import SLRandom

extension Matrix where Element: Scalar {
    /// Normal values with mean 0.
    public func fillNormal(deviation: Double, from stream: inout RandomStream) {
        var spare: Double?
        for row in 0..<rows {
            for column in 0..<columns {
                if let value = spare {
                    base[row * stride + column] = Element(value * deviation)
                    spare = nil
                } else {
                    let pair = stream.normalPair()
                    base[row * stride + column] = Element(pair.0 * deviation)
                    spare = pair.1
                }
            }
        }
    }

    /// Uniform values on [-bound, bound).
    public func fillUniform(bound: Double, from stream: inout RandomStream) {
        for row in 0..<rows {
            for column in 0..<columns { base[row * stride + column] = Element(stream.uniform(bound: bound)) }
        }
    }
}
