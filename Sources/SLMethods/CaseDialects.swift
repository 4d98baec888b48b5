import SLMethodKit

/// How parity cases name what they replay, where it is not as the methods' authors or this program do.
enum CaseDialects {
    static let all: [String: CaseDialect] = [
        "galore": CaseDialect(names: ["gap": "update_interval"]),
        "lost": CaseDialect(names: ["q": "residual_rank"]),
        "relora": CaseDialect(names: ["cycle": "merge_interval", "prune": "reset_optimizer", "ratio": "reset_ratio"]),
    ]
}
