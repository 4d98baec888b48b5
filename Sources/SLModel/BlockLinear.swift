import SLMethodKit
import SLNumerics
import SLOptimizers
import SLSpec

/// One site of the model with its tensors and form.
final class BlockLinear<Element: Scalar> {
    let site: LinearSite
    private(set) var tensors: TensorSet<Element>
    private(set) var form: any WeightForm<Element>
    private let storage: StorageChoice
    private var keepsInput: Bool

    init(site: LinearSite, method: any PretrainingMethod, phase: Int, storage: StorageChoice, ledger: MemoryLedger) throws {
        self.site = site
        self.storage = storage
        tensors = try Self.allocate(site, method, phase, keeping: nil, storage, ledger)
        form = try method.makeForm(tensors, phase: phase)
        keepsInput = method.kept(at: site, phase: phase, tokens: 1).input == .exact
    }

    /// Tensors of a new phase: equal names keep their values, dropped ones are freed, new ones are fresh.
    func enter(phase: Int, method: any PretrainingMethod, ledger: MemoryLedger) throws {
        tensors = try Self.allocate(site, method, phase, keeping: tensors, storage, ledger)
        form = try method.makeForm(tensors, phase: phase)
        keepsInput = method.kept(at: site, phase: phase, tokens: 1).input == .exact
    }

    func allocateGradients(ledger: MemoryLedger) throws {
        for (_, parameter) in tensors.parameters { try parameter.allocateGradient(ledger: ledger) }
    }

    /// Runs `body` with every weight in full.
    ///
    /// - Parameter keeping: whether `body` changes weights.
    func withWeights<Result>(in scratch: Scratch<Element>, keeping: Bool = false, _ body: (Scratch<Element>) throws -> Result) rethrows -> Result {
        var scratch = scratch
        for (_, parameter) in tensors.parameters { parameter.expand(into: &scratch) }
        defer { for (_, parameter) in tensors.parameters { parameter.contract(keeping: keeping) } }
        return try body(scratch)
    }

    /// Elements that ``withWeights(in:keeping:_:)`` takes.
    var expandedCount: Int { tensors.parameters.reduce(0) { $0 + $1.parameter.expandedCount } }

    func forward(
        _ x: Matrix<Element>, into y: Matrix<Element>, accumulate: Bool = false, kept: Matrix<Element>?, scratch: Scratch<Element>
    ) throws {
        try withWeights(in: scratch) {
            try form.forward(x, into: y, accumulate: accumulate, kept: kept?.window(rows: 0..<x.rows), scratch: $0)
        }
    }

    /// - Parameter consumer: gets every gradient; without one they stay.
    func backward(
        _ x: Matrix<Element>, outputGradient: Matrix<Element>, inputGradient: Matrix<Element>, accumulateInput: Bool = false,
        kept: Matrix<Element>?, scratch: Scratch<Element>, accumulate: Bool, consumer: (any GradientConsumer<Element>)?
    ) throws {
        func run(_ scratch: Scratch<Element>) throws {
            try withWeights(in: scratch) {
                try form.backward(
                    keepsInput ? x : nil, outputGradient: outputGradient, inputGradient: inputGradient,
                    accumulateInput: accumulateInput, kept: kept?.window(rows: 0..<outputGradient.rows), scratch: $0,
                    accumulate: accumulate)
            }
        }
        guard let consumer else { return try run(scratch) }
        var scratch = scratch
        for (_, parameter) in tensors.parameters { parameter.lendGradient(from: &scratch) }
        try run(scratch)
        for (_, parameter) in tensors.parameters where parameter.isTrainable {
            try consumer.consume(parameter, scratch: scratch)
            parameter.returnGradient()
        }
    }

    private static func allocate(
        _ site: LinearSite, _ method: any PretrainingMethod, _ phase: Int, keeping old: TensorSet<Element>?, _ storage: StorageChoice,
        _ ledger: MemoryLedger
    ) throws -> TensorSet<Element> {
        var parameters: [(name: String, parameter: Parameter<Element>)] = []
        var indices: [(name: String, vector: IndexVector)] = []
        var fresh: Set<String> = []
        for declaration in method.tensors(at: site, phase: phase) {
            if declaration.isIndices {
                if let vector = old?.indices.first(where: { $0.name == declaration.name })?.vector, vector.count == declaration.count {
                    indices.append((declaration.name, vector))
                } else {
                    indices.append((declaration.name, try IndexVector(count: declaration.count, ledger: ledger)))
                    fresh.insert(declaration.name)
                }
                continue
            }
            if let parameter = old?.parameters.first(where: { $0.name == declaration.name })?.parameter,
                parameter.rows == declaration.rows, parameter.columns == declaration.columns
            {
                parameter.setTrainable(declaration.isTrainable)
                parameters.append((declaration.name, parameter))
            } else {
                let parameter = try Parameter<Element>(
                    name: "\(site.name).\(declaration.name)", rows: declaration.rows, columns: declaration.columns,
                    isTrainable: declaration.isTrainable, format: declaration.format ?? storage.weight(count: declaration.count), ledger: ledger)
                parameters.append((declaration.name, parameter))
                fresh.insert(declaration.name)
            }
        }
        return TensorSet(site: site, parameters: parameters, indices: indices, fresh: fresh)
    }
}
