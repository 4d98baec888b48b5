import SLMethodKit

/// How parity cases name what they replay, where it is not as the methods' authors or this program do.
enum CaseDialects {
    static let all: [String: CaseDialect] = [
        "galore": CaseDialect(names: ["gap": "update_interval"]),
        "lost": CaseDialect(names: ["q": "residual_rank"]),
        "low_rank_restarts": CaseDialect(method: "low_rank", names: restarts),
        "sltrain_restarts": CaseDialect(method: "sltrain", names: restarts),
        "relora": CaseDialect(names: ["cycle": "merge_interval", "prune": "reset_optimizer", "ratio": "reset_ratio"]),
    ]

    private static let restarts = [
        "cycle": "restarts.every", "recovery_steps": "restarts.recovery_steps", "schedule_offset": "restarts.schedule_offset",
    ]
}
