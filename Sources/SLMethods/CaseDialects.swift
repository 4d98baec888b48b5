import SLMethodKit

/// How parity cases name what they replay, where it is not as the methods' authors or this program do.
enum CaseDialects {
    static let all: [String: CaseDialect] = [
        "came": CaseDialect(names: ["eps": "epsilon"]),
        "galore": CaseDialect(names: ["gap": "update_interval"]),
        "lost": CaseDialect(names: ["q": "residual_rank"]),
        // Its orthogonalisation runs in bf16 in PyTorch; the same case in float64 is off by 1e-4 and 1e-2.
        "muon": CaseDialect(tolerance: CaseTolerance(loss: 5e-4, movement: 3e-2, gradientNorm: 1e-3)),
        "low_rank_restarts": CaseDialect(method: "low_rank", names: restarts),
        "sltrain_restarts": CaseDialect(method: "sltrain", names: restarts),
        "relora": CaseDialect(names: ["cycle": "merge_interval", "prune": "reset_optimizer", "ratio": "reset_ratio"]),
        "scale": CaseDialect(names: ["adam_lr": "vector_lr_factor"]),
    ]

    private static let restarts = [
        "cycle": "restarts.every", "recovery_steps": "restarts.recovery_steps", "schedule_offset": "restarts.schedule_offset",
    ]
}
