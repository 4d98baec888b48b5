public import SLNumerics
public import SLRandom
public import SLSpec

/// The allocated tensors of one module, by the names they were declared under.
public struct TensorSet<Element: Scalar> {
    public let module: LinearModule
    public let parameters: [(name: String, parameter: Parameter<Element>)]
    public let indices: [(name: String, vector: IndexVector)]
    /// What the method keeps besides its weights.
    public let buffers: [(name: String, matrix: Matrix<Element>)]
    /// Names of the tensors that were allocated just now and hold nothing yet.
    public let fresh: Set<String>
    /// Names of the tensors that passes read as products' operands.
    package let operands: Set<String>
    /// Of buffers: how many rows passes add to (``TensorDeclaration/summedRows``).
    package let summedRows: [String: Int]

    /// - Parameter operands: all parameters if not given.
    public init(
        module: LinearModule, parameters: [(name: String, parameter: Parameter<Element>)],
        indices: [(name: String, vector: IndexVector)], buffers: [(name: String, matrix: Matrix<Element>)] = [], fresh: Set<String>,
        operands: Set<String>? = nil, summedRows: [String: Int] = [:]
    ) {
        self.module = module
        self.parameters = parameters
        self.indices = indices
        self.buffers = buffers
        self.fresh = fresh
        self.operands = operands ?? Set(parameters.map(\.name))
        self.summedRows = summedRows
    }

    /// - Throws: ``ContractError/undeclared(tensor:module:)``.
    public func parameter(_ name: String) throws(ContractError) -> Parameter<Element> {
        guard let found = parameters.first(where: { $0.name == name }) else {
            throw .undeclared(tensor: name, module: module.name)
        }
        return found.parameter
    }

    /// - Throws: ``ContractError/undeclared(tensor:module:)``.
    public func indexVector(_ name: String) throws(ContractError) -> IndexVector {
        guard let found = indices.first(where: { $0.name == name }) else {
            throw .undeclared(tensor: name, module: module.name)
        }
        return found.vector
    }

    /// - Throws: ``ContractError/undeclared(tensor:module:)``.
    public func buffer(_ name: String) throws(ContractError) -> Matrix<Element> {
        guard let found = buffers.first(where: { $0.name == name }) else {
            throw .undeclared(tensor: name, module: module.name)
        }
        return found.matrix
    }

    public func contains(_ name: String) -> Bool {
        parameters.contains { $0.name == name } || indices.contains { $0.name == name } || buffers.contains { $0.name == name }
    }
}

/// A method used its own contract wrongly. A defect of the method, not of its user.
public enum ContractError: Error, Sendable, CustomStringConvertible {
    case undeclared(tensor: String, module: String)
    case unsupportedRewrite(Rewrite, module: String)
    case missingInput(module: String)
    case supportOutside(module: String)
    case outputNotRestored(form: String)

    public var description: String {
        switch self {
        case .undeclared(let tensor, let module): "\(module): tensor '\(tensor)' is used but not declared"
        case .unsupportedRewrite(let rewrite, let module): "\(module): this parameterization cannot do '\(rewrite.name)'"
        case .missingInput(let module): "\(module): the backward pass needs an input that the method declared it would not"
        case .outputNotRestored(let form): "\(form) does not give its output from what it saves"
        case .supportOutside(let module): "\(module): positions of the sparse part lie outside its matrix"
        }
    }
}

/// Where first values come from: the run's seed, one stream a tensor.
public struct InitialRandomness: Sendable {
    public let seed: UInt64
    /// Standard deviation of a dense linear's first weights.
    public let deviation: Double
    /// The dense weight that a module starts from, row by row, in place of a drawn one; `nil` for a module that draws it.
    public typealias GivenDense = @Sendable (LinearModule) throws -> [Float]?
    private let given: GivenDense?

    public init(seed: UInt64, deviation: Double, given: GivenDense? = nil) {
        self.seed = seed
        self.deviation = deviation
        self.given = given
    }

    /// The stream of one tensor. Named by module and tensor, so that methods agree wherever they share a tensor.
    public func stream(_ tensor: String, at module: LinearModule) -> RandomStream {
        RandomStream(seed: seed, name: "init/\(module.name).\(tensor)")
    }

    /// Fills `matrix` [out, in] with the module's given weight or else its dense init N(0, deviation²): the same for every method
    /// and seed.
    ///
    /// - Throws: what reading the given weight throws.
    public func fillDense<Element: Scalar>(_ matrix: Matrix<Element>, at module: LinearModule) throws {
        if let weight = try given?(module) { return matrix.assign(weight.lazy.map { Element($0) }) }
        var stream = stream("weight", at: module)
        matrix.fillNormal(deviation: deviation, from: &stream)
    }
}
