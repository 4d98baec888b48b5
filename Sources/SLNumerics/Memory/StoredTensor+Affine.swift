/// A tensor's codes, scales and zero points.
struct AffineStorage: @unchecked Sendable {
    let codes: Allocation<UInt8>
    let scales: Allocation<Float>
    let zeros: Allocation<UInt8>
    let code: AffineCode
    let groupSize: Int
    let rounding: StorageFormat.Rounding

    /// - Throws: ``OutOfMemoryError``.
    init(
        count: Int, code: AffineCode, groupSize: Int, rounding: StorageFormat.Rounding, category: MemoryCategory, ledger: MemoryLedger
    ) throws {
        precondition(groupSize >= 8 && groupSize.nonzeroBitCount == 1, "groups of \(groupSize)")
        let groups = (count + groupSize - 1) / groupSize
        codes = try Allocation(count: code.byteCount(count), category: category, ledger: ledger)
        scales = try Allocation(count: groups, category: category, ledger: ledger)
        zeros = try Allocation(count: groups, category: category, ledger: ledger)
        self.code = code
        self.groupSize = groupSize
        self.rounding = rounding
    }

    /// Elements `range`, which begins at a whole group.
    func read(_ range: Range<Int>, into target: UnsafeMutablePointer<Float>) {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: groupSize) {
            let group = start / groupSize
            code.dequantize(
                codes.base + code.byteCount(start), scale: scales.base[group], zero: zeros.base[group],
                into: target + (start - range.lowerBound), min(groupSize, range.upperBound - start))
        }
    }

    func write(_ range: Range<Int>, from source: UnsafeMutablePointer<Float>, key: UInt64?) {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: groupSize) {
            let group = start / groupSize
            let made = code.quantize(
                source + (start - range.lowerBound), into: codes.base + code.byteCount(start), min(groupSize, range.upperBound - start),
                start: start, key: rounding == .stochastic ? key : nil)
            (scales.base[group], zeros.base[group]) = (made.scale, made.zero)
        }
    }
}

extension StoredTensor {
    /// Overwrites codes, scales and zero points as they are, e.g. with such that another program made.
    ///
    /// - Returns: `false`, and nothing done, for a tensor of another format or numbers that don't fit.
    public func assignCodes(_ codes: some Collection<Double>, scales: [Double], zeros: [Double]) -> Bool {
        guard case .affine(let affine) = content, codes.count == count, scales.count == affine.scales.count, zeros.count == scales.count,
            (codes.lazy.map { $0 } + zeros).allSatisfy({ (0...Double(affine.code.largest)).contains($0) })
        else { return false }
        for (index, code) in codes.enumerated() { affine.code.set(UInt8(code), at: index, in: affine.codes.base) }
        for (index, scale) in scales.enumerated() {
            affine.scales.base[index] = Float(scale)
            affine.zeros.base[index] = UInt8(zeros[index])
        }
        return true
    }
}
