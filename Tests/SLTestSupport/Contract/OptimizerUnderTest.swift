public import SLOptimizers
public import SLSpec

/// An optimizer as the contract sees it: what it says of itself, how it is made, and which rule a tensor of a run gets.
public struct OptimizerUnderTest: Sendable, CustomStringConvertible {
    public let descriptor: OptimizerDescriptor
    /// The optimizer alone, which must refuse what it can't do.
    let initialize: @Sendable (MethodOptions) throws -> Void
    /// The rule in a run, its recipe's groups counted in, and the factor of the learning rate.
    let rule: @Sendable (MethodOptions, TensorPlace, StorageChoice) throws -> (rule: any UpdateRule, factor: Double)

    public init(_ type: any Optimizer.Type) {
        descriptor = type.descriptor
        initialize = { _ = try type.init(options: $0) }
        rule = { options, place, storage in
            let run = try RunOptimizer(OptimizerSpec(type.descriptor.name, options), storage: storage)
            return (run.rule(for: place), run.learningRateFactor(for: place))
        }
    }

    /// - Parameter make: for an optimizer that no registry has.
    public init(descriptor: OptimizerDescriptor, make: @escaping @Sendable (MethodOptions) throws -> any Optimizer) {
        self.descriptor = descriptor
        initialize = { _ = try make($0) }
        rule = { options, place, storage in (try make(options).rule(for: place, in: OptimizerSetting(storage: storage)), 1) }
    }

    public var description: String { descriptor.name }

    /// The defaults, with intervals shortened so that sixty updates meet them.
    public var baseOptions: MethodOptions {
        var options = MethodOptions()
        for option in descriptor.options {
            let value = option.defaultValue(.anything)
            options[option.name] = value
            if case .integer(let range) = option.domain, let number = value.integer, number > 50 {
                options[option.name] = .integer(max(range.lowerBound, number / 20))
            }
        }
        return options
    }

    /// Every value of every choice, and one other value of every other option, with its name.
    var changes: [(option: String, value: OptionValue)] {
        descriptor.options.flatMap { option in
            option.otherValues(than: baseOptions[option.name] ?? .null).map { (option.name, $0) }
        }
    }
}

/// One tensor of each kind that rules tell apart.
enum OptimizerPlaces {
    static let query = TensorPlace(.linear(LinearModule(layer: 0, role: .query, outFeatures: 6, inFeatures: 6)), rows: 6, columns: 6, headCount: 2)
    static let wide = TensorPlace(.linear(SmallShapes.modules[0]), rows: 5, columns: 9, headCount: 2)
    static let tall = TensorPlace(.linear(SmallShapes.modules[1]), rows: 11, columns: 4, headCount: 2)
    static let embedding = TensorPlace(.embedding, rows: 11, columns: 6)
    static let head = TensorPlace(.head, rows: 11, columns: 6)
    static let norm = TensorPlace(.norm, fullName: "model.norm.weight", rows: 1, columns: 6)
    static let values = TensorPlace(.linear(SmallShapes.modules[0]), name: "sparse_value", rows: 1, columns: 7)

    static let all = [query, wide, tall, embedding, head, norm, values]

    /// Large enough for every format.
    static let large = [
        TensorPlace(.linear(LinearModule(layer: 0, role: .up, outFeatures: 72, inFeatures: 64)), rows: 72, columns: 64, headCount: 2),
        TensorPlace(.embedding, rows: 97, columns: 64), TensorPlace(.head, rows: 97, columns: 64),
        TensorPlace(.norm, fullName: "model.norm.weight", rows: 1, columns: 5000),
    ]
}
