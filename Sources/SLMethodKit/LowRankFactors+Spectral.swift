public import SLNumerics
public import SLSpec

extension TensorSet {
    /// First values of fresh factors from the dense init, or a given dense weight: with W = UΣVᵀ, A = Σ^½·Vᵀ and B = U·Σ^½, of as many of the
    /// largest singular values as there are ranks. At full rank B·A is W.
    public func initializeFactorsFromDense(random: InitialRandomness, ledger: MemoryLedger) throws {
        guard fresh.contains("lora_A") || fresh.contains("lora_B") else { return }
        let (down, up) = (try parameter("lora_A").value, try parameter("lora_B").value)
        let dense = try Matrix<Element>(rows: module.outFeatures, columns: module.inFeatures, category: .workspace, ledger: ledger)
        try random.fillDense(dense, at: module)
        let svd = try ThinSVD(of: dense, ledger: ledger)
        for rank in 0..<down.rows {
            let root = svd.singularValues[0, rank].squareRoot()
            for column in 0..<down.columns { down[rank, column] = root * svd.right[rank, column] }
            for row in 0..<up.rows { up[row, rank] = root * svd.left[row, rank] }
        }
    }
}

extension LowRankFactors {
    /// Elements that ``TensorSet/initializeFactorsFromDense(random:ledger:)`` allocates: the dense weight and its decomposition.
    public static func fromDenseCount(at module: LinearModule) -> Int {
        let (rows, columns) = (module.outFeatures, module.inFeatures)
        return rows * columns + ThinSVD<Float>.workspaceCount(rows: rows, columns: columns) + ThinSVD<Float>.resultCount(rows: rows, columns: columns)
    }
}
