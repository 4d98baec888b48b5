/// The one list of optimizers. A new one adds its line here and is then known to configs, listings, tests and reports.
public enum BuiltinOptimizers {
    public static let registry = OptimizerRegistry([
        AdamWOptimizer.self,
    ])
}
