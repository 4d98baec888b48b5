import SLOptimizers
public import SLSpec

/// The methods a program knows: made once from a list, in its order, and never changed.
public struct MethodRegistry: Sendable {
    public let methods: [any PretrainingMethod.Type]
    /// How parity cases name things, by the case's method.
    public let dialects: [String: CaseDialect]

    public init(_ methods: [any PretrainingMethod.Type], dialects: [String: CaseDialect] = [:]) {
        let names = methods.map { $0.descriptor.name }
        precondition(Set(names).count == names.count, "two methods share a name: \(names)")
        self.methods = methods
        self.dialects = dialects
    }

    public var descriptors: [MethodDescriptor] { methods.map { $0.descriptor } }

    /// All that a config may name.
    public var catalog: Catalog { Catalog(methods: descriptors, optimizers: BuiltinOptimizers.registry.descriptors) }

    private func type(named name: String) throws(UnknownMethodError) -> any PretrainingMethod.Type {
        let canonical = name.replacing("-", with: "_")
        guard let type = methods.first(where: { $0.descriptor.name == canonical }) else {
            throw UnknownMethodError(name: name, known: methods.map { $0.descriptor.name })
        }
        return type
    }

    /// Hyphens count as underscores.
    public func descriptor(named name: String) throws(UnknownMethodError) -> MethodDescriptor { try type(named: name).descriptor }

    /// - Parameter activations: what stands for linears' inputs; the run's, beside the method.
    /// - Throws: ``UnknownMethodError``, `MethodOptionError`.
    public func make(
        _ name: String, options: MethodOptions, model: ModelShape, activations: ActivationSpec? = nil
    ) throws -> any PretrainingMethod {
        let type = try type(named: name)
        return try Self.make(type, options: options, model: model).saving(activations, model: model)
    }

    /// A method of options that may differ from linear to linear; those that are not written at their default are filled in.
    public static func make(_ type: any PretrainingMethod.Type, options: MethodOptions, model: ModelShape) throws -> any PretrainingMethod {
        let options = options.filled(from: type.descriptor.options, model: model, unwritten: true)
        func laidOut<Method: PretrainingMethod>(_ type: Method.Type) throws -> any PretrainingMethod {
            try LayoutPerModule<Method>(options: options, model: model)
        }
        return try options.hasLayout ? laidOut(type) : type.init(options: options, model: model)
    }
}

/// A method's name that no registry entry has.
public struct UnknownMethodError: Error, Sendable, CustomStringConvertible {
    public let name: String
    public let known: [String]

    public init(name: String, known: [String]) {
        self.name = name
        self.known = known
    }

    public var description: String { "unknown method '\(name)'; known: \(known.joined(separator: ", "))" }
}
