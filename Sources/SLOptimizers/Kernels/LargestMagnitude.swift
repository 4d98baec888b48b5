import SLNumerics

extension Matrix where Element: Scalar {
    /// max |x|; 0 for an empty matrix. Contiguous.
    func largestMagnitude() -> Element {
        precondition(isContiguous)
        let pieces = Compute.pieceCount(of: count, grain: GradientKernel.grain)
        return withUnsafeTemporaryAllocation(of: Element.self, capacity: pieces) { buffer in
            buffer.initialize(repeating: 0)
            nonisolated(unsafe) let largest = buffer
            Compute.ranges(of: count, grain: GradientKernel.grain, alignment: 16) { piece, range in
                largest[piece] = MagnitudeKernel.largest(base + range.lowerBound, range.count)
            }
            return buffer.max() ?? 0
        }
    }
}

enum MagnitudeKernel {
    /// max |x| of n elements, eight at a time.
    @specialized(where Element == Float)
    static func largest<Element: Scalar>(_ x: Element.Row, _ n: Int) -> Element {
        var lanes = SIMD8<Element>(repeating: 0)
        let body = n & ~7
        var i = 0
        while i < body {
            let value = UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Element>.self)
            let size = value.replacing(with: 0 - value, where: value .< 0)
            lanes.replace(with: size, where: size .> lanes)
            i += 8
        }
        var largest: Element = 0
        for lane in 0..<8 { largest = max(largest, lanes[lane]) }
        for i in body..<n { largest = max(largest, abs(x[i])) }
        return largest
    }
}
