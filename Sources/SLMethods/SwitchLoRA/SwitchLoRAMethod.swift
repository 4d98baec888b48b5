public import SLMethodKit
public import SLNumerics
public import SLOptimizers
public import SLSpec

/// LoRA whose vectors are switched all the time: in every update a few rows of A and columns of B go back to a pool, candidates take their
/// places, and W takes over what the product loses, so that the function stays what it was.
///
/// Source: Zhou et al. 2024, SwitchLoRA, arXiv:2406.06564, Algorithms 1 and 2; code: github.com/asfsdsf/SwitchLoRA at 393e214,
/// `switchlora/switch_lora.py` and `optimizer.py`. Order in an update, as there: gradients are clipped, rows of A are switched, then as
/// many columns of B; what the pairs of these vectors are in the other factor begins anew in the optimizer, count included, and is not moved
/// for `freeze_steps` updates; then the step. Candidates are taken in the order of the pool; A and B are half a rank apart, so
/// that both ends of a pair are never switched together.
///
/// All first vectors are from the pools, U(±√3·σ) with σ_A = (r√m/n^{3/2})^¼·g^½, σ_B = (r/√(mn))^¼·g^½ and g = 1/√3; W begins as
/// the dense init less s·B·A.
///
/// Deviations: no dropout on the adapter's input (0 in the authors' scripts, too); candidates are not chosen at random (their
/// `discontinuous_switch`); where a pool has barely more vectors than are in use, vectors go back before others come, so that the function
/// is kept there too. The authors keep pools in the host's memory, beside an accelerator's; `candidates` says whether it is memory or a file here.
public struct SwitchLoRAMethod: PretrainingMethod {
    private static let source = "asfsdsf/SwitchLoRA @393e214, switchlora/switch_lora.py"

    public static let descriptor = MethodDescriptor(
        name: "switch_lora", title: "SwitchLoRA", summary: "LoRA whose rows and columns are switched with candidates in every update.",
        paper: "Zhou et al. 2024, arXiv:2406.06564", family: .frozen,
        options: [
            PublishedDefaults.rank,
            OptionDescriptor(
                name: "alpha", domain: .positiveReal(upTo: .infinity), help: "Scale: s = alpha / rank.", authorsName: "lora_alpha", source: source,
                defaultValue: 1),
            OptionDescriptor(
                name: "interval", domain: .integer(1...Int.max), help: "Updates in which every vector is switched once, at the start of a run.",
                authorsName: "switch_lora_interval", source: source, defaultValue: 40).ofTheRun,
            OptionDescriptor(
                name: "descent", domain: .optionalPositiveReal,
                help: "Share of the run after which switches are 0.3 times as frequent; they go on to become rarer. Null for as frequent all the time.",
                authorsName: "switch_lora_descent_rate", source: source, defaultValue: .real(0.1)).ofTheRun,
            OptionDescriptor(
                name: "freeze_steps", domain: .integer(0...Int.max),
                help: "Updates for which a vector is not moved after its pair was switched; its moments begin anew either way.",
                authorsName: "adam_warm_step", source: source, defaultValue: 5).ofTheRun,
            OptionDescriptor(
                name: "candidates", domain: .choice(["memory", "file"]),
                help: "Where the pools are: `file` is an unnamed file in TMPDIR, or else /var/tmp, of which only what is switched is read.",
                authorsName: "no_offload_candidates", source: source, defaultValue: "memory").ofTheRun,
        ],
        recipe: { _ in .init(learningRate: 0.02, gradientClip: 1, source: "asfsdsf/SwitchLoRA @393e214, run_switchlora_350m.sh") })

    let rank: Int
    let scale: Double
    private let schedule: SwitchSchedule
    private let frozenUpdates: Int
    private let isInFile: Bool

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        scale = try options.real("alpha") / Double(rank)
        schedule = SwitchSchedule(interval: try options.integer("interval"), descent: try options.optionalReal("descent"))
        frozenUpdates = try options.integer("freeze_steps")
        switch try options.text("candidates") {
        case "memory": isInFile = false
        case "file": isInFile = true
        default: throw MethodOptionError(option: "candidates", value: options["candidates"], wanted: "memory or file")
        }
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        let candidates = module.smallerSide
        func ofVectors(_ name: String) -> TensorDeclaration { TensorDeclaration(name, rows: 1, columns: rank, kind: .buffer) }
        return FrozenPlusLowRank.declarations(at: module, rank: rank) + [
            TensorDeclaration("candidates_A", rows: candidates, columns: module.inFeatures, kind: .buffer, isInFile: isInFile),
            TensorDeclaration("candidates_B", rows: candidates, columns: module.outFeatures, kind: .buffer, isInFile: isInFile),
            ofVectors("selected_A"), ofVectors("selected_B"), ofVectors("frozen_A"), ofVectors("frozen_B"),
            TensorDeclaration("next", rows: 1, columns: 1, kind: .buffer),
        ]
    }

    // MARK: First values

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        guard set.fresh.contains("weight") else { return }
        let (weight, factors) = (try set.parameter("weight"), try set.lowRankFactors(scale: scale))
        let (rows, columns) = (try set.buffer("candidates_A"), try set.buffer("candidates_B"))
        let bounds = Self.bounds(at: set.module, rank: rank)
        for (name, pool, bound) in [("candidates_A", rows, bounds.down), ("candidates_B", columns, bounds.up)] {
            var stream = random.stream(name, at: set.module)
            pool.fillUniform(bound: bound, from: &stream)
        }
        let (rowsInUse, columnsInUse) = (try set.buffer("selected_A"), try set.buffer("selected_B"))
        for vector in 0..<rank {
            let row = rows.rows - rank + vector
            let column = columns.rows - rank + (vector + rank - rank / 2) % rank
            (rowsInUse[0, vector], columnsInUse[0, vector]) = (Element(row), Element(column))
            for index in 0..<rows.columns { factors.down.value[vector, index] = rows[row, index] }
            for index in 0..<columns.columns { factors.up.value[index, vector] = columns[column, index] }
        }
        rows.releaseFromMemory()
        columns.releaseFromMemory()
        try random.fillDense(weight.value, at: set.module)
        weight.value.setProduct(factors.up.value, factors.down.value, scale: Element(-scale), keep: 1)
    }

    /// √3·σ of A and of B.
    static func bounds(at module: LinearModule, rank: Int) -> (down: Double, up: Double) {
        let (m, n, r) = (Double(module.outFeatures), Double(module.inFeatures), Double(rank))
        let gain = (1 / 3.0).squareRoot().squareRoot()
        func fourthRoot(_ x: Double) -> Double { x.squareRoot().squareRoot() }
        let down = fourthRoot(r * m.squareRoot() / (n * n.squareRoot())) * gain
        let up = fourthRoot(r / (m * n).squareRoot()) * gain
        return (3.0.squareRoot() * down, 3.0.squareRoot() * up)
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        let factors = try set.lowRankFactors(scale: scale)
        func vectors(of factor: Parameter<Element>, _ letter: String) throws -> SwitchedVectors<Element> {
            SwitchedVectors(
                factor: factor, isByColumn: letter == "B", pool: try set.buffer("candidates_\(letter)"), selected: try set.buffer("selected_\(letter)"),
                frozen: try set.buffer("frozen_\(letter)"))
        }
        return SwitchLoRAParameterization(
            weight: try set.parameter("weight"), factors: factors, module: set.module, rows: try vectors(of: factors.down, "A"),
            columns: try vectors(of: factors.up, "B"), next: try set.buffer("next"), schedule: schedule, frozenUpdates: frozenUpdates)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int { pass.operandCount(pass.tokens * rank) }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        FrozenPlusLowRank.floatingPointOperations(at: module, rank: rank)
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations { SavedActivations(columns: rank) }

    // MARK: Updates

    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule {
        let given = optimizer.rule(for: tensor)
        guard tensor.module != nil, tensor.name.hasPrefix("lora_") else { return given }
        guard let settings = (given as? AdamWRule)?.settings else {
            return RefusedRule(given, reason: "SwitchLoRA counts the updates of every vector, which an Adam of its own does; it takes adamw only")
        }
        return VectorCountedAdamRule(settings, isByColumn: tensor.name == "lora_B")
    }

    public func linearStep(at module: LinearModule, phase: Int) -> LinearStepNeeds? {
        LinearStepNeeds(scratch: SwitchLoRAParameterization<Float>.scratchCount(at: module, rank: rank), rewrites: SwitchLoRAParameterization<Float>.switched.union(["frozen_A", "frozen_B"]))
    }

    public var plannedEvents: [PlannedEvent] { [PlannedEvent(kind: "switch", first: 1, interval: 1, option: "interval", isOpen: true)] }

    public func idleParts(of shape: ModelShape) -> [String] {
        shape.modules.allSatisfy { $0.smallerSide <= rank } ? ["nothing is switched (no pool has more than rank vectors)"] : []
    }
}
