/// Which parameters of a size a budget in tokens per parameter counts.
///
/// Wen et al. 2025 (arXiv:2509.02046) call 20 tokens for every parameter of the block linears 1× Chinchilla: `expected_params` of their code
/// (github.com/marin-community/marin, experiments of the optimizer sweep) is layers · (4·h² + 3·h·intermediate). Hoffmann et al. 2022
/// (arXiv:2203.15556), whose rule it is, count all parameters, embeddings too (Pearce and Song 2024, arXiv:2406.12907).
public enum ParameterScope: String, Sendable, Hashable, Codable, CaseIterable {
    /// The linears of the blocks: what methods put into other forms.
    case blockLinears = "block_linears"
    /// These with embedding, head and norms.
    case all
}

extension ModelShape {
    /// Parameters of the dense model of this size: of a shape that was picked to match a row those of the model that it stands beside. A
    /// method's own form has no say, so that all methods of a size are given the same tokens.
    public func sizeParameterCount(_ scope: ParameterScope = .blockLinears) -> Int {
        switch scope {
        case .blockLinears: unmatched.denseLinearParameterCount
        case .all: unmatched.denseParameterCount
        }
    }

    /// Share of the block linears in the dense model.
    public var blockShare: Double { Double(denseLinearParameterCount) / Double(denseParameterCount) }
}

extension RunSpec {
    /// Targets that the run is expected to train on for each parameter of its size.
    public func tokensPerParameter(of scope: ParameterScope = .blockLinears) -> Double {
        expectedTargets / Double(max(1, model.sizeParameterCount(scope)))
    }
}
