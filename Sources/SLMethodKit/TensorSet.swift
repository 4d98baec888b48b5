import SLNumerics
import SLRandom
import SLSpec

/// The allocated tensors of one site, by the names they were declared under.
public struct TensorSet<Element: Scalar> {
    public let site: LinearSite
    public let parameters: [(name: String, parameter: Parameter<Element>)]
    public let indices: [(name: String, vector: IndexVector)]
    /// Names of the tensors that were allocated just now and hold nothing yet.
    public let fresh: Set<String>

    public init(
        site: LinearSite, parameters: [(name: String, parameter: Parameter<Element>)],
        indices: [(name: String, vector: IndexVector)], fresh: Set<String>
    ) {
        self.site = site
        self.parameters = parameters
        self.indices = indices
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

    public func contains(_ name: String) -> Bool {
        parameters.contains { $0.name == name } || indices.contains { $0.name == name }
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
        case .unsupportedRewrite(let rewrite, let site): "\(site): this weight form cannot do '\(rewrite.rawValue)'"
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

    public init(seed: UInt64, deviation: Double) {
        self.seed = seed
        self.deviation = deviation
    }

    /// The stream of one tensor. Named by site and tensor, so that methods agree wherever they share a tensor.
    public func stream(_ tensor: String, at site: LinearSite) -> RandomStream {
        RandomStream(seed: seed, name: "init/\(site.name).\(tensor)")
    }

    /// Fills `matrix` [out, in] with the site's dense init N(0, deviation²): the same for every method and seed.
    public func fillDense<Element: Scalar>(_ matrix: Matrix<Element>, at site: LinearSite) {
        var stream = stream("weight", at: site)
        matrix.fillNormal(deviation: deviation, from: &stream)
    }
}
