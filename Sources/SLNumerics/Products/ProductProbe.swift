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
        let part = ProductPart(leftTransposed: transposesLeft, rightTransposed: transposesRight, rows: rows, columns: columns, k: inner)
        guard case .bf16(let shortLeft) = shortLeft.content, case .bf16(let shortRight) = shortRight.content else { return false }
        switch form {
        case .openBLAS:
            part.perform(left, right, into: target) { OpenBLASProducts.gemm($0, 1, $1, $2, 0, $3) }
            return true
        case .oneDNN: return part.perform(left, right, into: target) { OneDNNProducts.multiply($0, 1, $1, $2, 0, $3) }
        case .brain:
            return ProductLibrary.hasBrainUnits
                && part.perform(shortLeft, shortRight, into: target) { OneDNNProducts.multiply($0, 1, $1, $2, 0, $3) }
        case .widened:
            part.perform(shortLeft, shortRight, into: target) { WidenedProducts.multiply($0, 1, $1, $2, 0, $3) }
            return true
        }
    }

    public var result: [Float] { target.elements }
}
