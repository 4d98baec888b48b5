import SLMethodKit
import SLNumerics
import SLOptimizers
import SLSpec

/// One linear of the model with its tensors and parameterization.
final class BlockLinear<Element: Scalar> {
    let module: LinearModule
    private(set) var tensors: TensorSet<Element>
    private(set) var parameterization: any Parameterization<Element>
    private let storage: StorageChoice
    private let size: PassSize
    /// For what the method keeps in files.
    private let fileFolder: String
    /// What the parameterization needs in its backward pass.
    private(set) var savedActivations: SavedActivations
    private var isObserved = false

    /// - Parameter size: of the largest micro-batch's passes.
    init(module: LinearModule, method: any PretrainingMethod, phase: Int, size: PassSize, storage: StorageChoice, fileFolder: String, ledger: MemoryLedger) throws {
        self.module = module
        self.size = size
        self.fileFolder = fileFolder
        self.storage = storage
        tensors = try Self.allocate(module, method, phase, keeping: nil, storage, fileFolder, ledger)
        parameterization = try method.makeParameterization(tensors, phase: phase)
        savedActivations = method.savedActivations(at: module, phase: phase, pass: size)
    }

    /// Tensors of a new phase: equal names keep their values, dropped ones are freed, new ones are fresh.
    func enter(phase: Int, method: any PretrainingMethod, ledger: MemoryLedger) throws {
        tensors = try Self.allocate(module, method, phase, keeping: tensors, storage, fileFolder, ledger)
        parameterization = try method.makeParameterization(tensors, phase: phase)
        savedActivations = method.savedActivations(at: module, phase: phase, pass: size)
    }

    /// Whether some tensor of the linear is among those whose gradients are wanted.
    func observe(_ choice: TensorChoice?, headCount: Int) {
        isObserved = tensors.parameters.contains { name, parameter in
            let place = TensorPlace(
                .linear(module), name: name, fullName: parameter.name, rows: parameter.rows, columns: parameter.columns, headCount: headCount)
            return choice?.contains(place) ?? false
        }
    }

    /// Rows of buffers that passes add to at present.
    var collectedSums: [Matrix<Element>] {
        guard isObserved else { return [] }
        return tensors.buffers.compactMap { name, matrix in tensors.summedRows[name].map { matrix.window(rows: 0..<$0) } }
    }

    func prepare(for kind: ModelPass.Kind, update: (number: Int, seed: UInt64), _ microBatch: MicroBatch) {
        let trains = kind == .train
        parameterization.prepare(
            for: ModelPass(
                kind, collectsDenseGradients: isObserved && trains,
                keepsApproximation: BlockInput.of(module.role).keptColumns(savedActivations) > savedActivations.columns,
                update: trains ? update.number : 0, seed: update.seed, microBatch: microBatch))
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

    // MARK: Passes

    /// Makes what products of short operands read of the weights, where that is kept from step to step.
    func keepOperands(ledger: MemoryLedger) throws {
        for (name, parameter) in tensors.parameters where tensors.operands.contains(name) { try parameter.keepOperand(size.precision, ledger: ledger) }
    }

    func refreshOperands() { for (_, parameter) in tensors.parameters { parameter.refreshOperand() } }

    /// Runs `body` with every weight as passes read it.
    private func withOperands<Result>(in scratch: Scratch<Element>, _ body: (Scratch<Element>) throws -> Result) rethrows -> Result {
        var scratch = scratch
        for (name, parameter) in tensors.parameters {
            if tensors.operands.contains(name) {
                parameter.expandOperand(size.precision, into: &scratch)
            } else {
                parameter.expand(into: &scratch)
            }
        }
        defer { for (_, parameter) in tensors.parameters { parameter.contractOperand() } }
        return try body(scratch)
    }

    func forward(
        _ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool = false, saved: Operand<Element>?, scratch: Scratch<Element>
    ) throws {
        try withOperands(in: scratch) {
            try parameterization.forward(x, into: y, accumulate: accumulate, saved: saved?.window(rows: 0..<x.rows), scratch: $0)
        }
    }

    /// What ``forward(_:into:accumulate:saved:scratch:)`` gave, from what it saved alone.
    func restoreOutput(from saved: Operand<Element>, rows: Range<Int>, into y: Matrix<Element>, scratch: Scratch<Element>) throws {
        try withOperands(in: scratch) {
            try parameterization.restoreOutput(from: saved.window(rows: rows), into: y, accumulate: false, scratch: $0)
        }
    }

    /// - Parameters:
    ///   - x: the exact input, where ``savedActivations`` asks for it; space of its shape, where an approximation is kept in its place.
    ///   - consumer: gets every gradient; without one they stay.
    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient: Matrix<Element>, accumulateInput: Bool = false,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool, consumer: (any GradientConsumer<Element>)?
    ) throws {
        func run(_ scratch: Scratch<Element>) throws {
            try withOperands(in: scratch) {
                try parameterization.backward(
                    savedActivations.input == .compressed ? nil : x, outputGradient: outputGradient, inputGradient: inputGradient,
                    accumulateInput: accumulateInput, saved: saved?.window(rows: 0..<outputGradient.rows), scratch: $0,
                    accumulate: accumulate)
            }
        }
        guard let consumer else { return try run(scratch) }
        var scratch = scratch
        for (_, parameter) in tensors.parameters { parameter.lendGradient(from: &scratch) }
        try run(scratch)
        for (_, parameter) in tensors.parameters where parameter.gradient != nil {
            try consumer.consume(parameter, scratch: scratch)
            parameter.returnGradient()
        }
    }

    private static func allocate(
        _ module: LinearModule, _ method: any PretrainingMethod, _ phase: Int, keeping old: TensorSet<Element>?, _ storage: StorageChoice,
        _ fileFolder: String, _ ledger: MemoryLedger
    ) throws -> TensorSet<Element> {
        var parameters: [(name: String, parameter: Parameter<Element>)] = []
        var indices: [(name: String, vector: IndexVector)] = []
        var buffers: [(name: String, matrix: Matrix<Element>)] = []
        var fresh: Set<String> = []
        let declarations = method.tensors(at: module, phase: phase)
        for declaration in declarations {
            if declaration.isIndices {
                if let vector = old?.indices.first(where: { $0.name == declaration.name })?.vector, vector.count == declaration.count {
                    indices.append((declaration.name, vector))
                } else {
                    indices.append((declaration.name, try IndexVector(count: declaration.count, ledger: ledger)))
                    fresh.insert(declaration.name)
                }
                continue
            }
            if declaration.isBuffer {
                if let matrix = old?.buffers.first(where: { $0.name == declaration.name })?.matrix,
                    matrix.rows == declaration.rows, matrix.columns == declaration.columns
                {
                    buffers.append((declaration.name, matrix))
                } else {
                    buffers.append((declaration.name, try declaration.allocateBuffer(ledger: ledger, folder: fileFolder)))
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
                    name: "\(module.name).\(declaration.name)", rows: declaration.rows, columns: declaration.columns,
                    isTrainable: declaration.isTrainable, format: declaration.format ?? storage.weight(count: declaration.count), ledger: ledger)
                parameters.append((declaration.name, parameter))
                fresh.insert(declaration.name)
            }
        }
        return TensorSet(
            module: module, parameters: parameters, indices: indices, buffers: buffers, fresh: fresh,
            operands: Set(declarations.filter(\.isOperand).map(\.name)),
            summedRows: Dictionary(uniqueKeysWithValues: declarations.filter { $0.summedRows > 0 }.map { ($0.name, $0.summedRows) }))
    }
}
