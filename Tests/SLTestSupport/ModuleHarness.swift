public import SLMethodKit
public import SLNumerics
public import SLOptimizers
public import SLRandom
public import SLSpec

/// One linear of a method on its own: its tensors allocated as declared, its parameterization, and space around which trespass shows.
public final class ModuleHarness<Element: Scalar> {
    public let module: LinearModule
    public let method: any PretrainingMethod
    public let tokens: Int
    public let ledger = MemoryLedger()
    public private(set) var phase = 0
    public private(set) var tensors: TensorSet<Element>
    public private(set) var parameterization: any Parameterization<Element>
    public private(set) var saved: Matrix<Element>?
    private var space: Matrix<Element>
    /// Whether columns of an approximate input are kept.
    private let keepsApproximation: Bool
    private let random: InitialRandomness

    /// Allocates and initialises; `phase` is reached through all earlier ones.
    ///
    /// - Parameter keepsApproximation: whether an input that need not be exact is gone on the way back but for its columns, or there to be overwritten.
    public init(
        _ method: any PretrainingMethod, at module: LinearModule, phase: Int = 0, tokens: Int = 5, seed: UInt64 = 1, keepsApproximation: Bool = false
    ) throws {
        self.module = module
        self.keepsApproximation = keepsApproximation
        self.method = method
        self.tokens = tokens
        random = InitialRandomness(seed: seed, deviation: 0.02)
        tensors = TensorSet(module: module, parameters: [], indices: [], fresh: [])
        space = try Matrix.zeros(1, 1)
        (tensors, parameterization) = try Self.build(method, module, 0, random, nil, ledger)
        try prepare()
        for next in 0..<phase { try enter(phase: next + 1) }
    }

    public func enter(phase: Int) throws {
        self.phase = phase
        (tensors, parameterization) = try Self.build(method, module, phase, random, tensors, ledger)
        try prepare()
    }

    private static func build(
        _ method: any PretrainingMethod, _ module: LinearModule, _ phase: Int, _ random: InitialRandomness, _ old: TensorSet<Element>?,
        _ ledger: MemoryLedger
    ) throws -> (TensorSet<Element>, any Parameterization<Element>) {
        var parameters: [(name: String, parameter: Parameter<Element>)] = []
        var indices: [(name: String, vector: IndexVector)] = []
        var buffers: [(name: String, matrix: Matrix<Element>)] = []
        var fresh: Set<String> = []
        for declaration in method.tensors(at: module, phase: phase) {
            let name = declaration.name
            if let parameter = old?.parameters.first(where: { $0.name == name })?.parameter {
                parameter.setTrainable(declaration.isTrainable)
                parameters.append((name, parameter))
            } else if let vector = old?.indices.first(where: { $0.name == name })?.vector {
                indices.append((name, vector))
            } else if let matrix = old?.buffers.first(where: { $0.name == name })?.matrix {
                buffers.append((name, matrix))
            } else if declaration.isBuffer {
                buffers.append((name, try declaration.allocateBuffer(ledger: ledger)))
                fresh.insert(name)
            } else if declaration.isIndices {
                indices.append((name, try IndexVector(count: declaration.count, ledger: ledger)))
                fresh.insert(name)
            } else {
                let parameter = try Parameter<Element>(
                    name: "\(module.name).\(name)", rows: declaration.rows, columns: declaration.columns,
                    isTrainable: declaration.isTrainable, ledger: ledger)
                parameters.append((name, parameter))
                fresh.insert(name)
            }
        }
        let set = TensorSet(module: module, parameters: parameters, indices: indices, buffers: buffers, fresh: fresh)
        try method.initialize(set, phase: phase, random: random, ledger: ledger)
        for (_, parameter) in parameters { try parameter.allocateGradient(ledger: ledger) }
        return (set, try method.makeParameterization(set, phase: phase))
    }

    private var pass: PassSize { PassSize(tokens: tokens) }

    private func prepare() throws {
        let wanted = method.savedActivations(at: module, phase: phase, pass: pass)
        let columns = wanted.columns + (keepsApproximation ? wanted.approximationColumns : 0)
        parameterization.prepare(for: ModelPass(.train, keepsApproximation: keepsApproximation && wanted.approximationColumns > 0))
        saved = columns > 0 ? try Matrix.zeros(tokens, columns) : nil
        let declared = method.scratchCount(at: module, phase: phase, pass: pass)
        space = try Matrix.zeros(1, 4 * declared + 4 * tokens * (module.inFeatures + module.outFeatures) + 1024)
    }

    /// Gives every weight, frozen ones too, values in general position.
    public func randomizeParameters(deviation: Double = 0.5) {
        for (name, parameter) in tensors.parameters {
            var stream = RandomStream(seed: 99, name: "values/\(module.name).\(name)")
            parameter.value.fillNormal(deviation: deviation, from: &stream)
        }
    }

    /// The deviation of normal weights with which inputs of order 1 give outputs of order 1.
    public func deviationForUnitOutput() throws -> Double {
        let x = try Matrix<Element>.normal(tokens, module.inFeatures, "input")
        let y = try Matrix<Element>.zeros(tokens, module.outFeatures)
        var (low, high) = (1e-3, 10.0)
        for _ in 0..<20 {
            let middle = (low * high).squareRoot()
            randomizeParameters(deviation: middle)
            try forward(x, into: y)
            if y.sumOfSquares() > Double(y.count) { high = middle } else { low = middle }
        }
        return low
    }

    /// Space that holds rubbish, as after another linear's use.
    private func dirtyScratch() -> Scratch<Element> {
        space.fill(.nan)
        return Scratch(space)
    }

    /// Whether the last call wrote outside the space that the method declared.
    public var trespassed: Bool {
        let declared = method.scratchCount(at: module, phase: phase, pass: pass)
        return space.elements[declared...].contains { !$0.isNaN }
    }

    public func forward(_ x: Matrix<Element>, into y: Matrix<Element>, accumulate: Bool = false) throws {
        saved?.fill(.nan)
        try parameterization.forward(x.operand, into: y, accumulate: accumulate, saved: saved?.operand, scratch: dirtyScratch())
    }

    /// The output of the last forward pass from what it saved, where the method says that this gives it.
    public func restoreOutput(into y: Matrix<Element>, accumulate: Bool = false) throws {
        guard let saved else { throw ContractError.outputNotRestored(form: module.name) }
        try parameterization.restoreOutput(from: saved.operand, into: y, accumulate: accumulate, scratch: dirtyScratch())
    }

    public func backward(
        _ x: Matrix<Element>, outputGradient: Matrix<Element>, inputGradient: Matrix<Element>, accumulateInput: Bool = false,
        accumulate: Bool = false
    ) throws {
        var input: Operand<Element>?
        switch method.savedActivations(at: module, phase: phase, pass: pass).input {
        case .exact: input = x.operand
        case .compressed: break
        case .approximate:
            let space = try Matrix<Element>.zeros(x.rows, x.columns)
            if keepsApproximation { space.fill(.nan) } else { space.copy(from: x) }
            input = space.operand
        }
        try parameterization.backward(
            input, outputGradient: outputGradient.operand, inputGradient: inputGradient, accumulateInput: accumulateInput, saved: saved?.operand,
            scratch: dirtyScratch(), accumulate: accumulate)
    }

    public var trainable: [(name: String, parameter: Parameter<Element>)] { tensors.parameters.filter { $0.parameter.isTrainable } }

    /// The parameterization rewrites itself, with as much temporary space as its method declares for that.
    public func perform(_ rewrite: Rewrite, random stream: inout RandomStream, step: Int = 1) throws -> RewriteContext<Element> {
        let space = try Matrix<Element>.zeros(1, max(1, method.rewriteCounts(at: module, phase: phase).scratch))
        var context = RewriteContext(step: step, random: stream, scratch: Scratch(space), ledger: ledger)
        try parameterization.perform(rewrite, &context)
        stream = context.random
        return context
    }

    /// So many steps that the parameterization makes itself, on made-up gradients.
    ///
    /// - Returns: all tensors after each, and what was recorded.
    public func steps(_ count: Int, learningRate: Double = 0.01, optimizer: RunOptimizer? = nil) throws -> [String] {
        let optimizer = try optimizer ?? RunOptimizer()
        let updaters: [(String, Parameter<Element>, any UpdateRule, AgedUpdater<Element>)] = try trainable.map { name, parameter in
            let rule = method.updateRule(
                for: TensorPlace(.linear(module), name: name, rows: parameter.rows, columns: parameter.columns), optimizer: optimizer)
            return (name, parameter, rule, AgedUpdater(try rule.makeUpdater(rows: parameter.rows, columns: parameter.columns, ledger: ledger)))
        }
        let declared = updaters.map { $0.2.scratchCount(rows: $0.1.rows, columns: $0.1.columns) } + [method.linearStep(at: module, phase: phase)?.scratch ?? 0]
        let space = try Matrix<Element>.zeros(1, max(1, declared.max() ?? 0))
        return try (1...count).flatMap { step in
            let log = RefreshLog()
            let members = try updaters.map { name, parameter, _, updater in
                LinearStep<Element>.Member(
                    name: name, parameter: parameter, gradient: try .normal(parameter.rows, parameter.columns, "gradient/\(name)/\(step)"), updater: updater,
                    context: UpdateContext(
                        learningRate: learningRate, step: step, totalSteps: count, gradientScale: 1, scratch: Scratch(space), ledger: ledger, log: log,
                        key: UInt64(step)))
            }
            try parameterization.step(LinearStep(members: members))
            return bits.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.reduce(0, +))" } + log.events.keys.sorted()
        }
    }

    /// All weights and positions, for comparing bits.
    public var bits: [String: [Double]] {
        var result: [String: [Double]] = [:]
        for (name, parameter) in tensors.parameters { result[name] = parameter.value.elements.map { Double($0) } }
        for (name, matrix) in tensors.buffers { result[name] = matrix.elements.map { Double($0) } }
        for (name, vector) in tensors.indices { result[name] = vector.elements.map { Double($0) } }
        return result
    }
}
