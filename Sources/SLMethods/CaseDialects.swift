import SLMethodKit
import SLSpec

/// How parity cases name what they replay, where it is not as the methods' authors or this program do.
enum CaseDialects {
    static let all: [String: CaseDialect] = [
        "apollo": CaseDialect(values: ["proj": ["random": "gaussian"]], ignored: ["scale_front"]),
        "dct_adamw": CaseDialect(names: ["rotate": "moments"], values: ["rotate": [.bool(true): "rotate", .bool(false): "keep"]]),
        "galore": CaseDialect(names: ["gap": "update_interval"]),
        "galore_adafactor": CaseDialect(method: "galore", optimizer: "adafactor"),
        "golore": CaseDialect(options: ["moments": "rotate_momentum_once"]),
        "ldadamw": CaseDialect(method: "ldadam"),
        "q_galore_projector": CaseDialect(method: "q_galore", options: ["weights": "as_stored"]),
        "lost": CaseDialect(names: ["q": "residual_rank"]),
        "relora": CaseDialect(names: ["cycle": "merge_interval", "prune": "reset_optimizer", "ratio": "reset_ratio"]),
    ]
}
