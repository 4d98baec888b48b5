/// One product in every form that the program has, on the same values: for measurements and for comparisons of libraries.
public struct ProductProbe: Sendable {
    public enum Form: String, Sendable, CaseIterable {
        case openBLAS = "OpenBLAS fp32"
        case oneDNN = "oneDNN fp32"
        case brain = "oneDNN bf16"
        /// What stands in for it on a processor without the units.
        case widened = "bf16 by fp32"
    }

    private let left, right: Matrix<Float>
    private let shortLeft, shortRight: Operand<Float>
    private let target: Matrix<Float>
    private let transposesLeft, transposesRight: Bool
    private let inner: Int

    /// target [m, n] of op(left) and op(right), k terms each.
    public init(m: Int, n: Int, k: Int, transposesLeft: Bool = false, transposesRight: Bool = false, ledger: MemoryLedger) throws {
        func matrix(_ rows: Int, _ columns: Int) throws -> Matrix<Float> {
            try Matrix(rows: rows, columns: columns, category: .workspace, ledger: ledger)
        }
        (left, right) = (try transposesLeft ? matrix(k, m) : matrix(m, k), try transposesRight ? matrix(n, k) : matrix(k, n))
        target = try matrix(m, n)
        for (index, side) in [left, right].enumerated() {
            for row in 0..<side.rows {
                for column in 0..<side.columns { side[row, column] = Float((row * 31 + column * 17 + index) % 19) / 16 - 0.5 }
            }
        }
        shortLeft = try Operand(rows: left.rows, columns: left.columns, precision: .bf16, category: .workspace, ledger: ledger)
        shortRight = try Operand(rows: right.rows, columns: right.columns, precision: .bf16, category: .workspace, ledger: ledger)
        shortLeft.round(from: left)
        shortRight.round(from: right)
        (self.transposesLeft, self.transposesRight, inner) = (transposesLeft, transposesRight, k)
    }

    public var operations: Int { 2 * target.rows * target.columns * inner }

    /// Cut over the threads as every product is.
    ///
    /// - Returns: whether the form could do it.
    @discardableResult public func run(_ form: Form) -> Bool {
        let (m, n) = (target.rows, target.columns)
        let cutsRows = m >= n
        let pieces = min(Compute.threads, (max(m, n) + 15) / 16)
        let wereDone = PartialSums(pieces)
        Compute.concurrently(pieces) { piece in
            let range = Compute.bounds(of: piece, in: pieces, count: cutsRows ? m : n, alignment: 16)
            wereDone[piece] = range.isEmpty || multiply(form, cutsRows ? range : 0..<m, cutsRows ? 0..<n : range) ? 1 : 0
        }
        return wereDone.total == Double(pieces)
    }

    private func multiply(_ form: Form, _ rows: Range<Int>, _ columns: Range<Int>) -> Bool {
        let (a, b) = (
            transposesLeft ? rows.lowerBound : rows.lowerBound * left.stride, transposesRight ? columns.lowerBound * right.stride : columns.lowerBound
        )
        let c = target.base + rows.lowerBound * target.stride + columns.lowerBound
        let layout = ProductLayout(
            transposeA: transposesLeft, transposeB: transposesRight, m: rows.count, n: columns.count, k: inner, lda: left.stride, ldb: right.stride,
            ldc: target.stride)
        guard case .bf16(let shortLeft) = shortLeft.content, case .bf16(let shortRight) = shortRight.content else { return false }
        switch form {
        case .openBLAS:
            OpenBLASProducts.gemm(layout, 1, left.base + a, right.base + b, 0, c)
            return true
        case .oneDNN: return OneDNNProducts.multiply(layout, 1, left.base + a, right.base + b, 0, c)
        case .brain:
            return ProductLibrary.hasBrainUnits && OneDNNProducts.multiply(layout, 1, shortLeft.base + a, shortRight.base + b, Float(0), c)
        case .widened:
            WidenedProducts.multiply(layout, 1, shortLeft.base + a, shortRight.base + b, 0, c)
            return true
        }
    }

    public var result: [Float] { target.elements }
}
