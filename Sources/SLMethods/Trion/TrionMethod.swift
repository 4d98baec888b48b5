public import SLMethodKit
public import SLOptimizers
public import SLSpec

/// Dense weights, stepped along the orthogonalised part of their momentum in chosen vectors of the cosine transform.
///
/// B = M + g; R: B in the r vectors along which it is largest; M ← B − (1 − μ)·back(R); W ← W(1 − lr·wd) − lr·s·back(orth(R)), s by the shape.
///
/// Source: Modoranu et al. 2025, arXiv:2505.17967; code: ista-daslab-optimizers 1.1.15, `trion.py`, which lacks names that it refers to. As
/// there, vectors are the transform's columns on the right and its rows on the left. Newton-Schulz runs in the engine's type, there in bf16.
public struct TrionMethod: SubspaceMethod {
    public static let descriptor = MethodDescriptor(
        name: "trion", title: "Trion", summary: "Dense weights, momentum orthogonalised in vectors of the cosine transform.",
        paper: "Modoranu et al. 2025, arXiv:2505.17967", family: .projected,
        options: [
            PublishedDefaults.rank,
            OptionDescriptor(
                name: "momentum", domain: .real(0...0.999_999_9), help: "What stays of the momentum inside the subspace; all of it stays outside.",
                source: "ista-daslab-optimizers 1.1.15", defaultValue: 0.95),
            OptionDescriptor(
                name: "scaling", domain: .choice(ShapeFactor.allCases.map(\.rawValue)),
                help: "Multiple of the step of an m x n matrix: kj √max(1, m/n), kimi 0.2·√max(m, n), dion √(m/n).", authorsName: "scaling_type",
                source: "kj: Muon's; the others: ista-daslab-optimizers 1.1.15", defaultValue: .text(ShapeFactor.kj.rawValue)),
            OptionDescriptor(
                name: "ns_steps", domain: .integer(1...100), help: "Newton-Schulz iterations.", source: "ista-daslab-optimizers 1.1.15",
                defaultValue: 5),
        ],
        recipe: { _ in .init(learningRate: 0.02, source: "ista-daslab-optimizers 1.1.15, trion.py") })

    public let subspace: SubspacePreset

    public init(options: MethodOptions, model: ModelShape) throws {
        var preset = SubspacePreset(rank: try options.integer("rank"), refresh: RefreshPolicy(interval: 1), model: model)
        preset.projector = .cosine(.l1, .rowsOnTheLeft)
        preset.outside = .momentum(kept: try options.real("momentum"))
        preset.ownRule = SubspacePreset.OwnRule(
            OrthogonalRule(iterations: try options.integer("ns_steps")), title: Self.descriptor.title,
            factor: try options.choice("scaling", of: ShapeFactor.self))
        preset.adamForm = .pytorch
        subspace = preset
    }

    /// In every update, which no option changes.
    public var plannedEvents: [PlannedEvent] {
        [PlannedEvent(kind: "refresh", first: 1, interval: 1, beginsRun: true, actsAfterwards: false, option: "rank")]
    }
    public func plannedEvents(at modules: [LinearModule]) -> [PlannedEvent] { plannedEvents }
}
