import SLMethodKit
import SLSpec

/// How parity cases name what they replay, where it is not as the methods' authors or this program do.
enum CaseDialects {
    static let all: [String: CaseDialect] = [
        "came": CaseDialect(names: ["eps": "epsilon"]),
        "apollo": CaseDialect(values: ["proj": ["random": "gaussian"]], ignored: ["scale_front"]),
        "dct_adamw": CaseDialect(names: ["rotate": "moments"], values: ["rotate": [.bool(true): "rotate", .bool(false): "keep"]]),
        "galore": CaseDialect(names: ["gap": "update_interval"]),
        "galore_adafactor": CaseDialect(method: "galore", optimizer: "adafactor"),
        "golore": CaseDialect(options: ["moments": "rotate_momentum_once"]),
        "ldadamw": CaseDialect(method: "ldadam"),
        "q_galore_projector": CaseDialect(method: "q_galore", options: ["weights": "as_stored"]),
        "loro": CaseDialect(
            options: ["restart_warmup_steps": 0],
            values: [
                "lr_scaler": [-1: .null, .real(-1): .null],
                "refresh": ["reg": "others", "lrk": "factors", .null: "none"],
            ], ignored: ["init"]),
        "lost": CaseDialect(names: ["q": "residual_rank"]),
        "mora": CaseDialect(methodsByOption: ["cycle": "remora"], names: ["cycle": "merge_interval"]),
        // Its orthogonalisation runs in bf16 in PyTorch; the same case in float64 is off by 1e-4 and 1e-2.
        "muon": CaseDialect(tolerance: CaseTolerance(loss: 5e-4, movement: 3e-2, gradientNorm: 1e-3)),
        // Its pools, and what it keeps of every candidate and vector, are parameters there.
        "switchlora": CaseDialect(
            method: "switch_lora", values: ["freeze_steps": [-1: 0]],
            uncounted: { module, options in
                let (candidates, rank) = (module.smallerSide, options["rank"]?.integer ?? 0)
                return candidates * (module.inFeatures + module.outFeatures + 2) + 4 * rank + 4
            }),
        "low_rank_restarts": CaseDialect(method: "low_rank", names: restarts),
        "sltrain_restarts": CaseDialect(method: "sltrain", names: restarts),
        "relora": CaseDialect(names: ["cycle": "merge_interval", "prune": "reset_optimizer", "ratio": "reset_ratio"]),
        "velora": CaseDialect(method: "full_rank", activations: (ActivationSpec.velora, [.value, .down])),
        "spiel": CaseDialect(names: Regrow.caseNames),
        "sltrain_regrow": CaseDialect(method: "sltrain", options: ["support": "regrow"], names: Regrow.caseNames),
        "blockllm": CaseDialect(
            options: ["skip_first_update": .bool(true)], names: ["update_freq": "update_interval", "probe_every": "probe_interval"]),
        "scale": CaseDialect(names: ["adam_lr": "vector_lr_factor"]),
    ]

    private static let restarts = [
        "cycle": "restarts.every", "recovery_steps": "restarts.recovery_steps", "schedule_offset": "restarts.schedule_offset",
    ]
}
