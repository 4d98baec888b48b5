/// What the schema can't say: rules between keys, and what a path may lead to.
extension ConfigReference {
    static let introduction = """
        A config is JSON. Every key is checked at every depth: an unknown key, a key that has no effect for its method, a wrong type
        or a value out of range is an error that says what is allowed. `description` and keys that begin with `x-` are comments and
        may stand in any object. `slbench validate FILE` checks without running anything. A whole number may be written 1000, 1e3 or
        1000.0. A path is relative to the folder that the config is in; one on the command line, `--set` included, to the working folder;
        `~` is `$HOME` in both.
        """

    static let sections = [
        ("data", ""),
        (
            "training",
            """
            A key that a method's object repeats is that method's own. `batch_size` times `sequence_length` is at most 2²⁸ tokens;
            a budget in `tokens` or `flops` counts targets, and where `data.packing` is `truncate` padding is none: the mean over the training
            part tells how many an update has. `optimizer` and `groups` stand below. `gradient_accumulation` divides `batch_size`; `warmup_steps` is at most `steps`, and only one of it and `warmup_ratio` is given.
            """
        ),
        (
            "evaluation",
            """
            The untrained model and the end are always evaluated; a loss above 3 ln V after any update is a divergence. `batch_size` is for
            `galore-compat` alone and part of a run's identity there; nothing that the training's batches are cut in changes the figure.
            """
        ),
        ("checkpoint", "A matter of the host: not part of a run's identity."),
        (
            "tuning",
            """
            What `slbench tune` tries before the sweep: equally many trials for every cell, on seeds that are none of the sweep's. For every
            cell the trial with the lowest mean validation loss is taken; trials that come to the same count once. One of `lr` and `lr_factors` is given; a method's object may try its
            own keys instead: `"tune": {"lr": [0.01, 0.02], "scale": [0.25, 1]}` is four trials. `groups` is tried for every method alike:
            `"groups": {"linears": {"lr_factor": [0.1, 0.3, 1]}}`.
            """
        ),
    ]

    static let modelWords = """
        Hugging Face's LLaMA keys, so that a published `config.json` loads as it is. A shape without a `name` that is a preset's shape
        is that preset; two shapes of one sweep need two names.
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
            """
    }

    static let sweeping = """
        A method's options, with defaults and sources, stand in [METHODS.md](METHODS.md) and in `slbench methods NAME`. **Any option or
        training key of a method may be a list and is swept**: `{"method": "sltrain", "rank": [64, 128], "lr": [1e-3, 3e-3]}` makes four
        cells; with `"zip": ["rank", "lr"]` beside them the lists go in step and make two. A training key in a method's object overrides
        the shared one; the report lists every such difference. Cells stand in the order sizes, methods, swept values (as written, the
        last key fastest), seeds; a cell that is asked for twice runs once; 10000 cells are the most.

        **Linears may differ**: `"roles": {"down_proj": {"rank": 64}}` is for the linears of a role (`q_proj` … `down_proj`) and
        `"layers": {"0": {"parameterization": "dense"}}` for those of a layer, which come before those of a role; `dense` is an ordinary full matrix
        that the run's optimizer trains. Any option of a method that is not one for the whole run may stand there, and be a list.

        `--set` overrides from the command line, before anything is checked: `--set training.steps=200`, `--set methods.sltrain.rank=64`
        (every entry of that method), `--set 'methods[2].rank=[64,128]'`, `--set 'seeds=[1,2]'`. The value is read as JSON, and as a text
        if it is none.
        """

    private static let presets = ModelShape.presets.map(\.name).joined(separator: " ")

    /// In place of what the schema's type says.
    static let allowed = [
        "model": "a preset (`\(presets)`), an object with the keys below, the path of such a JSON file, or a list of these",
        "predict": "as `model`, none of its models",
        "methods": "a list of names or objects `{\"method\": NAME, …options, …training keys}`; `full-rank` is `full_rank`",
        "exclude": "a list of objects, e.g. `{\"method\": \"galore\", \"rank\": [64, 128], \"size\": \"60m\"}`",
        "include": "a list of objects as of `methods`", "seeds": "a list of whole numbers from 0",
        "tuning.seeds": "a list of whole numbers from 0, none of `seeds`", "tuning.lr": "a list of numbers above 0",
        "tuning.lr_factors": "a list of numbers above 0", "tuning.groups": "as `groups`, with lists",
        "training.optimizer": "a name, or an object with its name and options", "training.groups": "an object by group",
        "name": "letters, digits, `-`, `_`, `.`; in a model's object no preset's name for another shape",
        "database": "a path",
        "report": "a path that ends in `.md`, `.html` or `.tex`",
        "data.corpus": "`sotu`, `synthetic`, or the path of a `.txt`, `.jsonl` or `.json` file (each also `.gz` or `.zst`), of tokens that llm.c or nanoGPT prepared (`.bin`), or of a folder of one kind",
        "data.tokenizer": "`sentencepiece:N` with N from 300 up to the model's `vocab_size`, `bytes`, the path of a SentencePiece `.model`, or `none` for tokens made by a tokenizer that is not named: the vocabulary is the model's then, and bits per byte are unknown",
        "data.validation": "as `data.corpus`, or null",
        "data.skip_malformed": "true, false, or a whole number from 0: how many at most",
        "rope_parameters": "`{\"rope_type\": \"default\", \"rope_theta\": …}`, or null", "rope_scaling": "as `rope_parameters`",
        "num_key_value_heads": "what follows from the sizes, or null", "head_dim": "what follows from the sizes, or null",
    ]

    /// Where the schema names none.
    static let defaults = ["predict": "none", "exclude": "none", "include": "none", "tuning": "none", "schema_version": "1", "data.validation": "null", "data.skip_malformed": "false"]

    /// In place of the schema's description, which an editor shows in a small window.
    static let meanings = [
        "seeds": "one run for each; adding one later runs only the new cells",
        "schema_version": "the version of this format",
        "data": "the text", "training": "how every method is trained", "evaluation": "how every model is evaluated",
        "checkpoint": "when a run saves itself", "tuning": "what is tried to choose learning rates and other settings",
        "tuning.seeds": "seeds of the trials", "tuning.lr": "learning rates tried for every cell",
        "tuning.lr_factors": "the same as multiples of the cell's own rate",
        "num_key_value_heads": "heads of keys and values", "head_dim": "width of a head",
        "data.corpus": "the text", "data.tokenizer": "`sentencepiece:N` is trained on the corpus' training part",
        "data.packing": "documents joined and cut, or one a row with masked padding (the published recipe)",
        "data.validation": "validation text of its own, none of it a file of the corpus, and tokens for a corpus of tokens; otherwise a fixed part of the corpus is held out",
        "data.skip_malformed": "leave out records of JSON lines that can't be read; how many were is recorded with every run",
        "data.allow_unknown": "text of which the tokenizer has no pieces for more than 1 % is used all the same",
        "evaluation.batch_size": "sequences a batch whose mean counts once under `galore-compat`; one for all cells",
        "evaluation.mode": "`galore-compat` is the published loop with its mean over N+1 batches, for comparison",
    ]
}
