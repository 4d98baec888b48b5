/// What no table says: what holds for every key, and how keys are swept.
extension ConfigReference {
    static let introduction = """
        A config is JSON. Every key is checked at every depth: an unknown key, a key that has no effect for its method, a wrong type
        or a value out of range is an error that says what is allowed. `description` and keys that begin with `x-` are comments and
        may stand in any object. `slbench validate FILE` checks without running anything. A whole number may be written 1000, 1e3 or
        1000.0. A path is relative to the folder that the config is in; one on the command line, `--set` included, to the working folder;
        `~` is `$HOME` in both.
        """

    /// Keys with keys of their own.
    static func components(_ catalog: Catalog) -> String {
        let names = catalog.optimizers.map { "`\($0.name)`" }.joined(separator: ", ")
        return """
            `"optimizer"`, in `training` or in a method's object, is a name (\(names)), or an object with the rule's own options:
            `{"name": "adamw", "beta2": 0.95}`. `adamw8bit` is `adamw` with `"states": "8bit"`. `beta1`, `beta2` and `epsilon` beside it are the
            options of these names of whatever rule has them. How state is stored (`states`, `storage`) is apart from the rule.

            `"groups"` gives some tensors a rate, a decay or a rule of their own: `{"linears": {"lr_factor": 0.25}, "norms": {"weight_decay": 0},
            "head": {"optimizer": "adamw"}}`. A group is `embedding`, `head`, `norms`, `linears`, a role
            (\(LinearRole.allCases.map { "`\($0.moduleName)`" }.joined(separator: ", "))), or a pattern of tensor names with `*`
            (`model.layers.0.*`); what is more specific wins, key by key. `lr_factor` multiplies the run's rate at every update.

            | key | meaning | allowed | default |
            |---|---|---|---|
            \(GroupKeys.numbers.map { "| `groups.GROUP.\($0.name)` | \($0.help) | \($0.allowed) | \($0.defaultDescription) |" }.joined(separator: "\n"))
            | `groups.GROUP.optimizer` | The rule of the group's tensors | as `optimizer` | the run's |

            `"activations"`, in `training` or in a method's object, says what stands for linears' inputs in the backward pass: `"velora"`, or
            `{"scheme": "velora", "groups": {"v_proj": 64, "o_proj": 64, "down_proj": 86}, "scale": 1.5}`; null is the inputs themselves. `velora` (Miles et
            al. 2024, arXiv:2405.17991) keeps of every input the parts of its sub-tokens along one direction, the mean sub-token of the run's first
            micro-batch; gradients by weights are made of these, those by inputs are exact. It goes with every method whose linears read their exact
            inputs. Only the input of `o_proj` is stored for its linear's sake here; those of the other roles are computed again from what is stored
            anyway, whatever the method, so that `velora` changes what they learn and not what is kept. `slbench plan` says by role what is kept.

            | key | meaning | allowed | default |
            |---|---|---|---|
            | `activations.groups.ROLE` | \(ActivationKeys.group.help) | \(ActivationKeys.group.allowed) | \(ActivationKeys.group.defaultDescription) |
            | `activations.scale` | \(ActivationKeys.scale.help) | \(ActivationKeys.scale.allowed) | \(ActivationKeys.scale.defaultDescription) |
            """
    }

    private static let matchTolerance = SweepDecoder.matchTolerance.defaultDescription

    static let sweeping = """
        A method's options, with defaults and sources, stand in [METHODS.md](METHODS.md) and in `slbench methods NAME`. **Any option or
        training key of a method may be a list and is swept**: `{"method": "sltrain", "rank": [64, 128], "lr": [1e-3, 3e-3]}` makes four
        cells; with `"zip": ["rank", "lr"]` beside them the lists go in step and make two. A training key in a method's object overrides
        the shared one; the report lists every such difference. Cells stand in the order sizes, methods, swept values (as written, the
        last key fastest), seeds; a cell that is asked for twice runs once; 10000 cells are the most.

        **Seeds may differ**: `{"method": "full_rank", "seeds": [1, 2, 3, 4, 5, 6, 7, 8]}` has seeds of its own in place of the sweep's. Rows are
        compared over the seeds that they share; those that only the baseline has tell how far its loss lies apart from seed to seed. Six seeds
        or more are asked for a claim, eight of the baseline for this noise floor.

        **Linears may differ**: `"roles": {"down_proj": {"rank": 64}}` is for the linears of a role (`q_proj` … `down_proj`) and
        `"layers": {"0": {"parameterization": "dense"}}` for those of a layer, which come before those of a role; `dense` is an ordinary full matrix
        that the run's optimizer trains. Any option of a method that is not one for the whole run may stand there, and be a list.

        **Models as large as another row**: `{"method": "full_rank", "match": {"parameters": "low_rank"}}` trains dense models with as many parameters
        as every `low_rank` row of `methods`, one a row; `paper_memory`, `memory` (the planned peak on one thread) and `flops` (of training, a
        position) match likewise, `{"flops": {"method": "low_rank", "rank": 128}, "tolerance": 0.02}` names single rows, and several such
        objects stand in a list. A quantity alone, `{"method": "low_rank", "match": "paper_memory"}`, is that of the sweep's reference, the plain
        `full_rank` row: so memory is a budget that methods spend on width. Layers, heads and vocabulary are the model's; `hidden_size` is a multiple of twice the heads, `intermediate_size` one
        of 16, or of less where these come too far off or distort the proportions; of the shapes within `tolerance` (default
        \(matchTolerance)) it is the one whose proportions are nearest to the model's. Where none comes so near the config is refused. Options
        and recipe are those of the model, and a budget in `tokens_per_parameter` counts the model's parameters and not the picked one's. Plan and report say the shape and how near it is; the report sets it in the table of the model.

        `--set` overrides from the command line, before anything is checked: `--set training.steps=200`, `--set methods.sltrain.rank=64`
        (every entry of that method), `--set 'methods[2].rank=[64,128]'`, `--set 'seeds=[1,2]'`. The value is read as JSON, and as a text
        if it is none.
        """
}
