import SLNumerics
import SLRandom
import SLSpec

/// The allocated tensors of one site, by the names they were declared under.
public struct TensorSet<Element: Scalar> {
    public let site: LinearSite
    public let parameters: [(name: String, parameter: Parameter<Element>)]
    public let indices: [(name: String, vector: IndexVector)]
    /// What the method keeps besides its weights.
    public let buffers: [(name: String, matrix: Matrix<Element>)]
    /// Names of the tensors that were allocated just now and hold nothing yet.
    public let fresh: Set<String>

    public init(
        site: LinearSite, parameters: [(name: String, parameter: Parameter<Element>)],
        indices: [(name: String, vector: IndexVector)], buffers: [(name: String, matrix: Matrix<Element>)] = [], fresh: Set<String>
    ) {
        self.site = site
        self.parameters = parameters
        self.indices = indices
        self.buffers = buffers
        self.fresh = fresh
    }

    /// - Throws: ``ContractError/undeclared(tensor:site:)``.
    public func parameter(_ name: String) throws(ContractError) -> Parameter<Element> {
        guard let found = parameters.first(where: { $0.name == name }) else {
            throw .undeclared(tensor: name, site: site.name)
        }
        return found.parameter
    }

    /// - Throws: ``ContractError/undeclared(tensor:site:)``.
    public func indexVector(_ name: String) throws(ContractError) -> IndexVector {
        guard let found = indices.first(where: { $0.name == name }) else {
            throw .undeclared(tensor: name, site: site.name)
        }
        return found.vector
    }

    /// - Throws: ``ContractError/undeclared(tensor:site:)``.
    public func buffer(_ name: String) throws(ContractError) -> Matrix<Element> {
        guard let found = buffers.first(where: { $0.name == name }) else {
            throw .undeclared(tensor: name, site: site.name)
        }
        return found.matrix
    }

    public func contains(_ name: String) -> Bool {
        parameters.contains { $0.name == name } || indices.contains { $0.name == name } || buffers.contains { $0.name == name }
    }
}

/// A method used its own contract wrongly. A defect of the method, not of its user.
public enum ContractError: Error, Sendable, CustomStringConvertible {
    case undeclared(tensor: String, site: String)
    case unsupportedRewrite(FormRewrite, site: String)
    case missingInput(site: String)
    case supportOutside(site: String)

    public var description: String {
        switch self {
        case .undeclared(let tensor, let site): "\(site): tensor '\(tensor)' is used but not declared"
        case .unsupportedRewrite(let rewrite, let site): "\(site): this weight form cannot do '\(rewrite.name)'"
        case .missingInput(let site): "\(site): the backward pass needs an input that the method declared it would not"
        case .supportOutside(let site): "\(site): positions of the sparse part lie outside its matrix"
        }
    }
}

/// Where first values come from: the run's seed, one stream a tensor.
public struct InitialRandomness: Sendable {
    public let seed: UInt64
    /// Standard deviation of a dense linear's first weights.
    public let deviation: Double
    /// The dense weight that a site starts from, row by row, in place of a drawn one; `nil` for a site that draws it.
    public typealias GivenDense = @Sendable (LinearSite) throws -> [Float]?
    private let given: GivenDense?

    public init(seed: UInt64, deviation: Double, given: GivenDense? = nil) {
        self.seed = seed
        self.deviation = deviation
        self.given = given
    }

    /// The stream of one tensor. Named by site and tensor, so that methods agree wherever they share a tensor.
    public func stream(_ tensor: String, at site: LinearSite) -> RandomStream {
        RandomStream(seed: seed, name: "init/\(site.name).\(tensor)")
    }

    /// Fills `matrix` [out, in] with the site's given weight or else its dense init N(0, deviation²): the same for every method
    /// and seed.
    ///
    /// - Throws: what reading the given weight throws.
    public func fillDense<Element: Scalar>(_ matrix: Matrix<Element>, at site: LinearSite) throws {
        if let weight = try given?(site) { return matrix.assign(weight.lazy.map { Element($0) }) }
        var stream = stream("weight", at: site)
        matrix.fillNormal(deviation: deviation, from: &stream)
    }
}
