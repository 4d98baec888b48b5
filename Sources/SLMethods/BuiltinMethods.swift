public import SLMethodKit

/// The one list of methods. A new method adds its line here and is then known to configs, listings, tests and reports.
public enum BuiltinMethods {
    public static let registry = MethodRegistry([
        FullRankMethod.self,
        LowRankMethod.self,
        LoRAMethod.self,
        ReLoRAMethod.self,
        SwitchLoRAMethod.self,
        MoRAMethod.self,
        ReMoRAMethod.self,
        GaLoreMethod.self,
        GoLoreMethod.self,
        FiraMethod.self,
        APOLLOMethod.self,
        APOLLOMiniMethod.self,
        QGaLoreMethod.self,
        DCTAdamWMethod.self,
        LDAdamMethod.self,
        DionMethod.self,
        TrionMethod.self,
        AdaRankGradMethod.self,
        SLTrainMethod.self,
        SpIELMethod.self,
        SparseMethod.self,
        LOSTMethod.self,
        CoLAMethod.self,
        LOROMethod.self,
        SpectronMethod.self,
        MaestroMethod.self,
        TrainedRankPruningMethod.self,
        BlockLLMMethod.self,
        BAdamMethod.self,
        BoneMethod.self,
        MELoRAMethod.self,
        LoLDUMethod.self,
    ], dialects: CaseDialects.all)
}
