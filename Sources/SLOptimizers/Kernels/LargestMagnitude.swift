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
                largest[piece] = Element.largestMagnitude(base + range.lowerBound, range.count)
            }
            return buffer.max() ?? 0
        }
    }
}
