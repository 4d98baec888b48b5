/// The names that a config may use: methods and optimizers, with their options.
public struct Catalog: Sendable {
    public var methods: [MethodDescriptor]
    public var optimizers: [OptimizerDescriptor]

    public init(methods: [MethodDescriptor] = [], optimizers: [OptimizerDescriptor] = []) {
        self.methods = methods
        self.optimizers = optimizers
    }
}
