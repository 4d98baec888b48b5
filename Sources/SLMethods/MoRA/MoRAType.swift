import SLMethodKit
import SLNumerics
import SLSpec

/// How an input is compressed to what a square matrix takes, and how its result is spread over the output: the authors' numbers.
///
/// Source: Jiang et al. 2024, arXiv:2405.12130, §4: 1 is Eq. 6 (shared rows and columns, every r̂th value), 6 is Eq. 9 (rotations); 2 to
/// 4 stand in the authors' code alone: neighbours in groups, and either mixture.
enum MoRAType: Int, Sendable, Hashable, CaseIterable {
    case shared = 1
    case grouped = 2
    case groupedInput = 3
    case groupedOutput = 4
    case rotated = 6

    /// Side r̂ of the square matrix with about as many elements as factors of rank r: ⌊√((in + out)·r) + ½⌋, and even where it is rotated.
    func side(at module: LinearModule, rank: Int) -> Int {
        let side = Int((Double((module.inFeatures + module.outFeatures) * rank)).squareRoot() + 0.5)
        return self == .rotated ? side / 2 * 2 : side
    }

    /// C: what becomes of the input.
    func input(at module: LinearModule, rank: Int) -> ColumnFold {
        let side = side(at: module, rank: rank)
        return switch self {
        case .shared, .groupedOutput: .strided(module.inFeatures, width: side, wraps: true)
        case .grouped, .groupedInput: .grouped(module.inFeatures, width: side)
        case .rotated: .rotated(module.inFeatures, width: side)
        }
    }

    /// D, whose transpose gives the output: as many chunks as the input has, one after the other, and from the beginning where they are too few.
    func output(at module: LinearModule, rank: Int) -> ColumnFold {
        let side = side(at: module, rank: rank)
        return switch self {
        case .shared, .groupedInput, .rotated: .strided(module.outFeatures, width: side, chunks: input(at: module, rank: rank).chunks)
        case .grouped, .groupedOutput: .grouped(module.outFeatures, width: side)
        }
    }
}

/// What both methods share.
enum MoRAForm {
    static let square = "mora_M"

    static func declarations(at module: LinearModule, side: Int) -> [TensorDeclaration] {
        [
            FrozenStart.declaration(at: module),
            TensorDeclaration(square, rows: side, columns: side),
        ]
    }

    /// Operands of compressed input and output gradient, and in full what is spread.
    static func scratchCount(_ fold: ColumnFold, pass: PassSize) -> Int {
        let values = pass.tokens * fold.foldedCount
        return 2 * pass.operandCount(values) + values
    }

    /// Forward and input gradient through W₀, three products of M for every chunk; additions are not counted.
    static func floatingPointOperations(at module: LinearModule, _ fold: ColumnFold) -> Double {
        FrozenStart.floatingPointOperations(at: module) + 6 * Double(fold.foldedCount) * Double(fold.width)
    }
}
