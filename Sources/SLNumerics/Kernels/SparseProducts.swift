import SLVector

/// Products with a sparse matrix S on its support, without a dense copy of S or of its gradient.
///
/// Tokens are cut into one contiguous range a thread. Inside, `Float` works on strips of tokens (``SparseStrips``), for gradients
/// with the entries by columns (``SparseColumns``); any other type on single tokens. A value's gradient is summed a thread and
/// the threads' sums are added in their order, so the same number of threads gives the same bits.
extension SparseSupport {
    /// Elements of temporary space that ``addProduct(_:values:into:workspace:)`` and
    /// ``addGradients(_:outputGradient:values:inputGradient:valueGradient:accumulate:workspace:)`` need.
    ///
    /// - Parameters:
    ///   - rows: m, the output features.
    ///   - columns: n, the input features.
    ///   - entries: nnz.
    ///   - tokens: rows of the input.
    ///   - threads: see ``Compute/threads``.
    public static func productWorkspaceCount(rows: Int, columns: Int, entries: Int, tokens: Int, threads: Int) -> Int {
        let pieces = max(1, min(threads, tokens / productGrain(entries: entries)))
        let product = pieces * SparseStrips.workspaceCount(features: columns)
        let gradients = pieces * (SparseStrips.gradientWorkspaceCount(rows: rows, features: columns) + entries)
        return alignment + max(product, gradients + SparseColumns.workspaceCount(rows: rows, columns: columns, entries: entries))
    }

    /// Elements of a cache line: strips begin with one, so that no register crosses two.
    private static var alignment: Int { 16 }

    /// The index of the first element of `workspace` that begins a cache line.
    private func start<S: Scalar>(of workspace: Matrix<S>) -> Int {
        let size = MemoryLayout<S>.stride
        return (-Int(bitPattern: workspace.base) & (size * Self.alignment - 1)) / size
    }

    public func productWorkspaceCount(tokens: Int, inFeatures: Int, threads: Int) -> Int {
        Self.productWorkspaceCount(rows: rowCount, columns: inFeatures, entries: entryCount, tokens: tokens, threads: threads)
    }

    /// Tokens below which a piece is not worth a thread: some ten microseconds of work, whole strips.
    private static func productGrain(entries: Int) -> Int {
        let width = SparseStrips.width
        return width * max(1, 100_000 / (width * max(1, entries)))
    }

    /// y adds x·Sᵀ, S [m, n] with `values` on this support.
    ///
    /// - Parameters:
    ///   - x: [tokens, n].
    ///   - values: [1, nnz].
    ///   - y: [tokens, m].
    ///   - workspace: contiguous, at least ``productWorkspaceCount(tokens:inFeatures:threads:)`` elements; contents undefined.
    /// - Precondition: all columns of the support are smaller than n.
    /// - Complexity: 2 · tokens · nnz FLOPs, and one transposition of x and of y; allocates nothing.
    public func addProduct<S: Scalar>(_ x: Matrix<S>, values: Matrix<S>, into y: Matrix<S>, workspace: Matrix<S>) {
        precondition(x.rows == y.rows && y.columns == rowCount, "\(x.rows)x\(x.columns) to \(y.rows)x\(y.columns), \(rowCount) rows")
        precondition(values.count == entryCount && values.isContiguous, "\(values.count) values for \(entryCount) entries")
        check(workspace, tokens: x.rows, features: x.columns)
        guard entryCount > 0 else { return }
        let start = start(of: workspace)
        let share = SparseStrips.workspaceCount(features: x.columns)
        forEachPiece(of: x.rows) { piece, tokens in
            if let x = x as? Matrix<Float>, let y = y as? Matrix<Float>, let values = values as? Matrix<Float>,
                let workspace = workspace as? Matrix<Float>
            {
                let entries = SparseEntries(rowStarts: rowStarts.base, columns: columns.base, values: values.base)
                VectorUnits.kernels.addSparseProduct(
                    x.strided, entries, into: y.strided, tokens.lowerBound, tokens.upperBound, space: workspace.base + start + piece * share)
            } else {
                SparsePlain.addProduct(x, self, values.base, into: y, tokens: tokens)
            }
        }
    }

    /// dx adds δ·S, and the values' gradient becomes, or adds, δᵀ·x at the support.
    ///
    /// - Parameters:
    ///   - x: [tokens, n], what the product was taken of.
    ///   - outputGradient: δ, [tokens, m].
    ///   - values: [1, nnz].
    ///   - inputGradient: dx, [tokens, n].
    ///   - valueGradient: [1, nnz], or nothing when the values are not trained.
    ///   - accumulate: whether `valueGradient` keeps what it holds. `inputGradient` always does.
    ///   - workspace: as for ``addProduct(_:values:into:workspace:)``.
    /// - Precondition: all columns of the support are smaller than n.
    /// - Complexity: 4 · tokens · nnz FLOPs, one transposition of x, δ and dx, and one sorting of the support; allocates nothing.
    public func addGradients<S: Scalar>(
        _ x: Matrix<S>, outputGradient: Matrix<S>, values: Matrix<S>, inputGradient: Matrix<S>, valueGradient: Matrix<S>?,
        accumulate: Bool, workspace: Matrix<S>
    ) {
        precondition(x.rows == outputGradient.rows && outputGradient.columns == rowCount, "\(outputGradient.columns) of \(rowCount)")
        precondition(x.rows == inputGradient.rows && x.columns == inputGradient.columns, "\(x.columns) of \(inputGradient.columns)")
        precondition(values.count == entryCount && values.isContiguous, "\(values.count) values for \(entryCount) entries")
        precondition(valueGradient.map { $0.count == entryCount && $0.isContiguous } ?? true, "a gradient of \(entryCount) entries")
        check(workspace, tokens: x.rows, features: x.columns)
        if !accumulate { valueGradient?.fill(0) }
        guard entryCount > 0 else { return }
        let pieces = Compute.pieceCount(of: x.rows, grain: Self.productGrain(entries: entryCount))
        let start = start(of: workspace)
        let share = SparseStrips.gradientWorkspaceCount(rows: rowCount, features: x.columns)
        // Behind the strips: each piece's part of the values' gradient, then the support by columns.
        let parts = workspace.reshaped(from: start + pieces * share, rows: pieces, columns: entryCount)
        if valueGradient != nil { parts.fill(0) }
        if let x = x as? Matrix<Float>, let outputGradient = outputGradient as? Matrix<Float>, let values = values as? Matrix<Float>,
            let inputGradient = inputGradient as? Matrix<Float>, let parts = parts as? Matrix<Float>
        {
            let columns = SparseColumns(
                self, columns: x.columns, values: values, width: SparseStrips.width, in: parts.base + pieces * entryCount)
            forEachPiece(of: x.rows) { piece, tokens in
                VectorUnits.kernels.addSparseGradients(
                    x.strided, columns.order, outputGradient: outputGradient.strided, inputGradient: inputGradient.strided,
                    valueGradient: valueGradient == nil ? nil : parts.row(piece), tokens.lowerBound, tokens.upperBound,
                    space: parts.base - (pieces - piece) * share)
            }
            if let target = valueGradient as? Matrix<Float> { columns.add(parts, self, to: target) }
        } else {
            forEachPiece(of: x.rows) { piece, tokens in
                SparsePlain.addGradients(
                    x, self, values.base, outputGradient: outputGradient, inputGradient: inputGradient,
                    valueGradient: valueGradient == nil ? nil : parts.row(piece), tokens: tokens)
            }
            if let valueGradient {
                for piece in 0..<pieces { valueGradient.add(parts.window(rows: piece..<piece + 1)) }
            }
        }
    }

    private func forEachPiece(of tokens: Int, _ body: @Sendable (_ piece: Int, _ tokens: Range<Int>) -> Void) {
        Compute.ranges(of: tokens, grain: Self.productGrain(entries: entryCount), alignment: SparseStrips.width, body)
    }

    private func check<S: Scalar>(_ workspace: Matrix<S>, tokens: Int, features: Int) {
        let needed = productWorkspaceCount(tokens: tokens, inFeatures: features, threads: Compute.threads)
        precondition(workspace.isContiguous && workspace.count >= needed, "\(workspace.count) elements of workspace, \(needed) needed")
    }
}
