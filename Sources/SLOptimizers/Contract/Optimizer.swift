import SLNumerics
public import SLSpec

/// An optimizer by name: which update rule each tensor gets. One folder and one line in `BuiltinOptimizers` each.
///
/// A value made from options. Which tensors it leaves to another rule stands in its descriptor's groups.
public protocol Optimizer: Sendable {
    static var descriptor: OptimizerDescriptor { get }

    /// - Throws: `MethodOptionError` when an option is missing, of the wrong type or impossible.
    init(options: MethodOptions) throws

    /// - Parameter setting: how state is stored, and in whose form Adam is written.
    func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule
}

/// What a rule depends on besides the optimizer's options.
public struct OptimizerSetting: Sendable, Hashable {
    public var storage: StorageChoice
    public var adamForm: AdamForm

    public init(storage: StorageChoice = StorageChoice(), adamForm: AdamForm = .pytorch) {
        self.storage = storage
        self.adamForm = adamForm
    }
}

/// The optimizers a program knows: made once from a list, in its order, and never changed.
public struct OptimizerRegistry: Sendable {
    public let optimizers: [any Optimizer.Type]

    public init(_ optimizers: [any Optimizer.Type]) {
        let names = optimizers.map { $0.descriptor.name }
        precondition(Set(names).count == names.count, "two optimizers share a name: \(names)")
        self.optimizers = optimizers
    }

    public var descriptors: [OptimizerDescriptor] { optimizers.map { $0.descriptor } }

    /// With the optimizer's defaults for options that the spec leaves out.
    ///
    /// - Throws: ``UnknownOptimizerError``, `MethodOptionError`.
    public func make(_ spec: OptimizerSpec) throws -> any Optimizer {
        guard let type = optimizers.first(where: { $0.descriptor.name == spec.name }) else {
            throw UnknownOptimizerError(name: spec.name, known: optimizers.map { $0.descriptor.name })
        }
        return try type.init(options: spec.options.filled(from: type.descriptor.options))
    }
}

/// An optimizer's name that no registry entry has.
public struct UnknownOptimizerError: Error, Sendable, CustomStringConvertible {
    public let name: String
    public let known: [String]
    public var description: String { "unknown optimizer '\(name)'; known: \(known.joined(separator: ", "))" }
}
