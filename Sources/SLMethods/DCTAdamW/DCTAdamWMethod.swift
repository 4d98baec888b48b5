public import SLMethodKit
import SLOptimizers
public import SLSpec

/// AdamW in a subspace of columns of the cosine transform: no decomposition, and r numbers for a projector.
///
/// Source: Modoranu et al. 2025, arXiv:2505.17967, Algorithm 2; code: ista-daslab-optimizers 1.1.15 (`dct_adamw.py`, `fft_projector.py`).
/// Subspaces are chosen in update 1 and in every update that the interval divides, as there. The code's rotation overwrites what it reads,
/// and its matrix of rounded zeros leaks second moments between columns: here state stays with the columns that stay.
public struct DCTAdamWMethod: SubspaceMethod {
    public static let descriptor = MethodDescriptor(
        name: "dct_adamw", title: "DCT-AdamW", summary: "AdamW in columns of the cosine transform, chosen by the gradient.",
        paper: "Modoranu et al. 2025, arXiv:2505.17967", family: .projected,
        options: [
            PublishedDefaults.rank,
            SubspaceOptions.updateInterval(1, source: "ista-daslab-optimizers 1.1.15"),
            SubspaceOptions.moments(.keep, authorsName: "rotate_subspace", source: "keep: ista-daslab-optimizers 1.1.15, rotate_subspace False"),
            OptionDescriptor(
                name: "error_feedback", domain: .boolean, help: "What is outside the subspace is added to the next gradient.", authorsName: "use_ef",
                source: "ista-daslab-optimizers 1.1.15", defaultValue: .bool(false)),
            OptionDescriptor(
                name: "column_norm", domain: .numbers([1, 2]), help: "By which norm columns are chosen.", authorsName: "ell_norm",
                source: "ista-daslab-optimizers 1.1.15", defaultValue: 1),
            SubspaceOptions.inner,
        ],
        recipe: { _ in
            .init(learningRate: 1e-3, source: "AdamW's of arXiv:2605.13652; none is published for these shapes")
        })

    public let subspace: SubspacePreset

    public init(options: MethodOptions, model: ModelShape) throws {
        var preset = try SubspacePreset(options, model: model)
        preset.refresh.offset = preset.refresh.interval - 1
        let norm = try options.integer("column_norm")
        guard let columnNorm = Projector.ColumnNorm(rawValue: norm) else {
            throw MethodOptionError(option: "column_norm", value: .integer(norm), wanted: "1 or 2")
        }
        preset.projector = .cosine(columnNorm)
        preset.outside = try options.bool("error_feedback") ? .errorFeedback : .dropped
        preset.adamForm = .pytorch
        subspace = preset
    }
}
