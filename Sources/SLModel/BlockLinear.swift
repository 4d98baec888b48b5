import SLMethodKit
import SLNumerics
import SLSpec

/// One site of the model with its tensors, form and kept activations.
final class BlockLinear<Element: Scalar> {
    let site: LinearSite
    private(set) var tensors: TensorSet<Element>
    private(set) var form: any WeightForm<Element>
    private(set) var kept: Matrix<Element>?
    private(set) var keeps: KeptActivations

    init(site: LinearSite, method: any PretrainingMethod, phase: Int, ledger: MemoryLedger) throws {
        self.site = site
        tensors = try Self.allocate(site, method, phase, keeping: nil, ledger)
        form = try method.makeForm(tensors, phase: phase)
        keeps = method.kept(at: site, phase: phase)
    }

    /// Tensors of a new phase: equal names keep their values, dropped ones are freed, new ones are fresh.
    func enter(phase: Int, method: any PretrainingMethod, ledger: MemoryLedger) throws {
        kept = nil
        tensors = try Self.allocate(site, method, phase, keeping: tensors, ledger)
        form = try method.makeForm(tensors, phase: phase)
        keeps = method.kept(at: site, phase: phase)
    }

    func allocateForTraining(tokens: Int, ledger: MemoryLedger) throws {
        for (_, parameter) in tensors.parameters { try parameter.allocateGradient(ledger: ledger) }
        if kept == nil, keeps.columns > 0 {
            kept = try Matrix(rows: tokens, columns: keeps.columns, category: .activations, ledger: ledger)
        }
    }

    func forward(_ x: Matrix<Element>, into y: Matrix<Element>, accumulate: Bool = false, scratch: Scratch<Element>) throws {
        try form.forward(x, into: y, accumulate: accumulate, kept: kept?.window(rows: 0..<x.rows), scratch: scratch)
    }

    func backward(
        _ x: Matrix<Element>, outputGradient: Matrix<Element>, inputGradient: Matrix<Element>, accumulateInput: Bool = false,
        scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        try form.backward(
            keeps.input == .exact ? x : nil, outputGradient: outputGradient, inputGradient: inputGradient,
            accumulateInput: accumulateInput, kept: kept?.window(rows: 0..<outputGradient.rows), scratch: scratch,
            accumulate: accumulate)
    }

    private static func allocate(
        _ site: LinearSite, _ method: any PretrainingMethod, _ phase: Int, keeping old: TensorSet<Element>?, _ ledger: MemoryLedger
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
                parameter.value.rows == declaration.rows, parameter.value.columns == declaration.columns
            {
                parameter.setTrainable(declaration.isTrainable)
                parameters.append((declaration.name, parameter))
            } else {
                let parameter = try Parameter<Element>(
                    name: "\(site.name).\(declaration.name)", rows: declaration.rows, columns: declaration.columns,
                    isTrainable: declaration.isTrainable, ledger: ledger)
                parameters.append((declaration.name, parameter))
                fresh.insert(declaration.name)
            }
        }
        return TensorSet(site: site, parameters: parameters, indices: indices, fresh: fresh)
    }
}
