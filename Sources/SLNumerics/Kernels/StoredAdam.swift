import SLVector

/// Adam where moments are kept short: whole registers of them are expanded, used and rounded without a row in between.
///
/// The same numbers as through ``StoredPass``, to the bit, which takes what is left over: formats together that no run asks for, and the
/// end of a range that is no whole block or register.
struct StoredAdam {
    private let moments: StoredMoments
    private let coefficients: AdamNumbers
    private let key: UInt64
    private let first: StoredTensor<Float>
    private let second: StoredTensor<Float>

    /// `nil` for other element types, and for moments kept in ways that have no loop.
    init?<S: Scalar>(_ first: StoredTensor<S>, _ second: StoredTensor<S>, _ coefficients: AdamCoefficients<S>, key: UInt64) {
        guard let first = first as? StoredTensor<Float>, let second = second as? StoredTensor<Float>,
            let coefficients = coefficients as? AdamCoefficients<Float>, let moments = Self.moments(first, second, key: key)
        else { return nil }
        (self.first, self.second, self.moments, self.coefficients, self.key) = (first, second, moments, coefficients.numbers, key)
    }

    /// - Returns: the first element of `range` that is not done.
    func update(_ weight: StoredTensor<Float>, _ g: UnsafePointer<Float>, _ range: Range<Int>, trailingDecay: Float) -> Int {
        let (w, moments): (StoredRow, StoredMoments)
        switch weight.content {
        case .full(let matrix): (w, moments) = (.full(matrix.base), self.moments)
        case .half(let storage, .nearest): (w, moments) = (.nearest(BFloat16.patterns(storage.base)), self.moments)
        case .half(let storage, .stochastic):
            guard range.upperBound <= 1 << 32 else { return range.lowerBound }
            // The weight draws by the key itself, the moments by those after it.
            (w, moments) = (.stochastic(BFloat16.patterns(storage.base), key: key), Self.moments(first, second, key: key &+ 1) ?? self.moments)
        default: return range.lowerBound
        }
        return VectorUnits.kernels.adam(w, g, moments, range.lowerBound, range.upperBound, coefficients, trailingDecay: trailingDecay)
    }

    /// g becomes the direction.
    ///
    /// - Returns: the first element of `range` that is not done.
    func direction(_ g: UnsafeMutablePointer<Float>, _ range: Range<Int>) -> Int {
        if case .stochastic = moments, range.upperBound > 1 << 32 { return range.lowerBound }
        return VectorUnits.kernels.adamDirection(g, moments, range.lowerBound, range.upperBound, coefficients)
    }

    /// Both moments as the loops take them; `nil` where they are kept otherwise.
    private static func moments(_ first: StoredTensor<Float>, _ second: StoredTensor<Float>, key: UInt64) -> StoredMoments? {
        switch (first.content, second.content) {
        case (.half(let m, .nearest), .half(let v, .nearest)): .nearest(BFloat16.patterns(m.base), BFloat16.patterns(v.base))
        case (.half(let m, .stochastic), .half(let v, .stochastic)): .stochastic(BFloat16.patterns(m.base), BFloat16.patterns(v.base), key: key)
        case (.codes(let m, let mScales, let mBook, let size), .codes(let v, let vScales, let vBook, let vSize))
            where size == vSize && size.isMultiple(of: WholeRow.step) && mBook.isSigned && !vBook.isSigned && mBook.grid.isEmpty && vBook.grid.isEmpty:
            .codes(
                BlockCodes(codes: m.base, scales: mScales.base, book: mBook.tables.book),
                BlockCodes(codes: v.base, scales: vScales.base, book: vBook.tables.book), blockSize: size)
        case (.companded(let m, let mScales, let mCode), .companded(let v, let vScales, let vCode)) where mCode.isSigned && !vCode.isSigned:
            .companded(GroupCodes(codes: m.base, scales: mScales.base), GroupCodes(codes: v.base, scales: vScales.base))
        default: nil
        }
    }
}
