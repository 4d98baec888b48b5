import Foundation
import SLNumerics

/// Columns of the orthonormal matrix of the discrete cosine transform (DCT-III), Q[i, j] = √(2/d)·cos(π·i·(2j + 1)/(2d)), row 0 divided by √2.
///
/// The authors keep one Q of d² elements for all tensors of a short side. Here nothing is kept: cosines have period 4d in units of
/// π/(2d), so a column is d look-ups in a table of 4d elements, beside the 2·m·d multiplications that it is used for; and the scores
/// of all columns are taken a block of columns at a time. So the matrix is counted nowhere because it is nowhere.
///
/// Source: Modoranu et al. 2025, arXiv:2505.17967, §3; code: ista-daslab-optimizers 1.1.15, `utils/dct.py` and
/// `fft_low_rank/fft_projector.py`.
struct CosineBasis<Element: Scalar> {
    /// d: the space's dimension.
    private let size: Int
    /// Whether rows of Q are meant in the place of columns.
    private let isByRows: Bool
    private let table: Matrix<Element>  // [1, 4d]
    private let block: Matrix<Element>  // [b, d], columns of Q as rows
    private let products: Matrix<Element>  // [channels, b] or [b, channels]
    private let scores: Matrix<Element>  // [1, d]

    static var blockSize: Int { 64 }

    static func scratchCount(_ shape: SubspaceShape) -> Int {
        let b = min(blockSize, shape.projectedSide)
        return 5 * shape.projectedSide + b * (shape.projectedSide + shape.channels)
    }

    init(_ shape: SubspaceShape, _ vectors: Projector.CosineVectors = .columns, _ scratch: inout Scratch<Element>) {
        let b = min(Self.blockSize, shape.projectedSide)
        size = shape.projectedSide
        isByRows = vectors == .rowsOnTheLeft && !shape.isRight
        table = scratch.take(rows: 1, columns: 4 * size)
        block = scratch.take(rows: b, columns: size)
        products = scratch.take(rows: b, columns: shape.channels)
        scores = scratch.take(rows: 1, columns: size)
        let scale = (2 / Double(size)).squareRoot()
        for k in 0..<4 * size { table.base[k] = Element(scale * cos(Double.pi * Double(k) / Double(2 * size))) }
    }

    /// Column j of Q, or row j, into every `stride`th place.
    private func writeVector(_ j: Int, to target: UnsafeMutablePointer<Element>, stride: Int) {
        if isByRows {
            fillCosines(target, table.base, count: size, start: j, step: 2 * j, period: 4 * size, stride: stride)
            if j == 0 { for i in 0..<size { target[i * stride] *= Element(0.5.squareRoot()) } }
        } else {
            fillCosines(target, table.base, count: size, start: 0, step: 2 * j + 1, period: 4 * size, stride: stride)
            target[0] *= Element(0.5.squareRoot())
        }
    }

    /// The basis of the chosen columns, in their order.
    func fill(_ projector: SubspaceProjector<Element>, columns: [Int]) {
        let basis = projector.basis
        for (slot, j) in columns.enumerated() {
            if projector.isRight {
                writeVector(j, to: basis.base + slot * basis.stride, stride: 1)
            } else {
                writeVector(j, to: basis.base + slot, stride: basis.stride)
            }
        }
    }

    /// How large the gradient is along each column: Σ|·| or Σ(·)² of G·Q's columns or QᵀG's rows.
    func score(_ gradient: Matrix<Element>, isRight: Bool, by norm: Projector.ColumnNorm) -> [Element] {
        for first in Swift.stride(from: 0, to: size, by: block.rows) {
            let count = min(block.rows, size - first)
            let vectors = block.window(rows: 0..<count)
            for index in 0..<count { writeVector(first + index, to: block.base + index * block.stride, stride: 1) }
            let sums = scores.window(rows: 0..<1, columns: first..<first + count)
            if isRight {
                let product = products.reshaped(rows: gradient.rows, columns: count)
                product.setProduct(gradient, transposing: vectors)
                product.setColumnSums(squared: norm == .l2, into: sums)
            } else {
                let product = products.reshaped(rows: count, columns: gradient.columns)
                product.setProduct(vectors, gradient)
                product.setRowSums(squared: norm == .l2, into: sums)
            }
        }
        return scores.elements
    }

    /// The columns of the largest scores, largest first, of equal ones the first.
    static func leading(_ rank: Int, of scores: [Element]) -> [Int] {
        Array(scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(rank))
    }
}

@specialized(where Element == Float)
private func fillCosines<Element: Scalar>(
    _ target: UnsafeMutablePointer<Element>, _ table: UnsafeMutablePointer<Element>, count: Int, start: Int, step: Int, period: Int, stride: Int
) {
    var phase = start
    for i in 0..<count {
        target[i * stride] = table[phase]
        phase += step
        if phase >= period { phase -= period }
    }
}
