public import SLMethodKit
public import SLNumerics
public import SLOptimizers
public import SLSpec

/// A block linear as a run begins, made again: its first values follow from the seed and the tensors' names, so nobody has to keep them.
public final class StartingLinear<Element: Scalar> {
    private let linear: BlockLinear<Element>
    private let space: Matrix<Element>

    /// - Parameters:
    ///   - storage: in which formats the run keeps weights, which rounds the first values as it rounds all later ones.
    ///   - seed: of the run.
    ///   - deviation: of a dense linear's first weights.
    ///   - given: dense weights that linears start from in place of drawn ones.
    ///   - fileFolder: for tensors that are kept in files.
    public init(
        at module: LinearModule, method: any PretrainingMethod, storage: StorageChoice, seed: UInt64, deviation: Double,
        given: InitialRandomness.GivenDense? = nil, fileFolder: String = BackingFile.usualFolder, ledger: MemoryLedger
    ) throws {
        linear = try BlockLinear(module: module, method: method, phase: 0, size: PassSize(tokens: 1), storage: storage, fileFolder: fileFolder, ledger: ledger)
        space = try Matrix(rows: 1, columns: max(1, linear.expandedCount), category: .workspace, ledger: ledger)
        try linear.withWeights(in: Scratch(space), keeping: true) { _ in
            try method.initialize(
                linear.tensors, phase: 0, random: InitialRandomness(seed: seed, deviation: deviation, given: given), ledger: ledger)
        }
    }

    /// Its weights, for first values that are neither drawn nor dense.
    public var parameters: [Parameter<Element>] { linear.tensors.parameters.map(\.parameter) }

    /// Positions of its sparse support, by full name.
    public var indexVectors: [(name: String, vector: IndexVector)] {
        linear.tensors.indices.map { ("\(linear.module.name).\($0.name)", $0.vector) }
    }

    /// - Returns: `false`, and nothing written, where no dense matrix does the same.
    public func writeDenseEquivalent(into weight: Matrix<Element>) throws -> Bool {
        try linear.withWeights(in: Scratch(space)) { _ in try linear.parameterization.writeDenseEquivalent(into: weight) }
    }

    /// Bytes that one holds, without what a method's first values take while they are made.
    public static func byteCount(at module: LinearModule, method: any PretrainingMethod, storage: StorageChoice) -> Int {
        method.tensors(at: module, phase: 0).reduce(4) { sum, tensor in
            guard !tensor.isInFile else { return sum }
            guard tensor.isWeight else { return sum + 4 * tensor.count }
            let format = tensor.format ?? storage.weight(count: tensor.count)
            return sum + format.byteCount(tensor.count) + (format == .full ? 0 : 4 * tensor.count)
        }
    }
}
