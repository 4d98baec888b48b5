public import SLNumerics
public import SLSpec

/// The trained values of a sparse part on its support, with what a support that moves keeps besides: the building block of every form with
/// unstructured sparsity.
///
/// The support is kept as compressed rows with 32-bit columns; the published convention counts flat int64 positions.
public struct SparseEntries<Element: Scalar> {
    public let values: Parameter<Element>  // [1, nnz]
    public let support: SparseSupport
    /// How the support moves; `nil` for one that stays.
    let regrow: Regrow?
    /// Candidates for growth by gradient.
    let candidates: EntrySums<Element>?

    static var valueName: String { "sparse_value" }
    private static var rowStartName: String { "sparse_row_start" }
    private static var columnName: String { "sparse_column" }
    private static var candidateName: String { "sparse_candidates" }

    public init(_ set: TensorSet<Element>, regrow: Regrow? = nil) throws {
        values = try set.parameter(Self.valueName)
        support = SparseSupport(rowStarts: try set.indexVector(Self.rowStartName), columns: try set.indexVector(Self.columnName))
        self.regrow = regrow
        candidates = regrow?.growth == .gradient ? EntrySums(try set.buffer(Self.candidateName)) : nil
    }

    public static func declarations(at module: LinearModule, entries: Int, regrow: Regrow? = nil) -> [TensorDeclaration] {
        let own = [
            TensorDeclaration(valueName, rows: 1, columns: entries, isOperand: false),
            TensorDeclaration(rowStartName, rows: 1, columns: module.outFeatures + 1, kind: .indices(paperCount: 0)),
            TensorDeclaration(columnName, rows: 1, columns: entries, kind: .indices(paperCount: entries)),
        ]
        guard regrow?.growth == .gradient else { return own }
        return own + [
            TensorDeclaration(
                candidateName, rows: EntrySums<Element>.rowCount, columns: entries, kind: .buffer, summedRows: EntrySums<Element>.summedRowCount)
        ]
    }

    /// Gives fresh positions of a set to its support.
    ///
    /// - Parameter positions: row-major, ascending.
    public static func initialize(_ set: TensorSet<Element>, positions: () throws -> [Int]) throws {
        if set.fresh.contains(candidateName) { EntrySums(try set.buffer(candidateName)).clear() }
        guard set.fresh.contains(columnName) else { return }
        let support = SparseSupport(rowStarts: try set.indexVector(rowStartName), columns: try set.indexVector(columnName))
        support.assign(try positions(), columnCount: set.module.inFeatures)
    }

    /// Values that are those of a dense matrix where the support is.
    public static func takeValues(_ set: TensorSet<Element>, from dense: Matrix<Element>) throws {
        guard set.fresh.contains(valueName) else { return }
        let support = SparseSupport(rowStarts: try set.indexVector(rowStartName), columns: try set.indexVector(columnName))
        let values = try set.parameter(valueName).value
        values.fill(0)
        support.gatherAdd(dense, into: values)
    }

    /// Positions that a file gave, of the support and of candidates.
    func isValid(in module: LinearModule) -> Bool {
        support.isValid(columnCount: module.inFeatures) && candidates?.isValid(rows: module.outFeatures, columns: module.inFeatures) ?? true
    }

    // MARK: Dense gradients

    /// One micro-batch's gradient of the whole dense weight, for candidates. The update's first micro-batch chooses them.
    ///
    /// - Parameter accumulate: whether the micro-batch is added to others of its shard.
    func collect(_ gradient: Matrix<Element>, accumulate: Bool, _ microBatch: MicroBatch) {
        guard let candidates, candidates.count > 0 else { return }
        if needsCandidates, !accumulate, microBatch.isFirst {
            candidates.begin(gradient.largestMagnitudes(candidates.count), columnCount: gradient.columns)
        }
        if !accumulate { if microBatch.startsUpdate { candidates.finishUpdate() } else { candidates.beginShard() } }
        if !microBatch.isRehearsal { candidates.add(gradient) }
    }

    /// Whether gradients are collected and nobody knows yet of which entries.
    var needsCandidates: Bool { candidates.map { $0.count > 0 && !$0.hasEntries } ?? false }
}
