/// The one list of optimizers. A new one adds its line here and is then known to configs, listings, tests and reports.
public enum BuiltinOptimizers {
    public static let registry = OptimizerRegistry([
        AdamWOptimizer.self,
        SGDOptimizer.self,
        MuonOptimizer.self,
        NorMuonOptimizer.self,
        RMNPOptimizer.self,
        SPAMOptimizer.self,
        StableSPAMOptimizer.self,
        AdamMiniOptimizer.self,
        CAMEOptimizer.self,
        AdafactorOptimizer.self,
        AdaLomoOptimizer.self,
        FOAMOptimizer.self,
        SCALEOptimizer.self,
        ColumnNormOptimizer.self,
        LateEpsilonAdamOptimizer.self,
    ])
}
