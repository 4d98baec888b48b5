/// The keys of the top level.
enum TopKeys {
    static let schema = ConfigKey("", "$schema", .comment, "This schema.")
    static let description = ConfigKey("", "description", .comment, "Free text; allowed in every object, as are keys that begin with x-.")
    static let name = ConfigKey(
        "", "name", .name, "Name of the sweep in the database.",
        standard: .words("the file's name without .json; for config.json and the like the folder's"), allowed: ConfigKey.names)
    static let version = ConfigKey(
        "", "schema_version", .constant(.integer(1)), standard: .value(.integer(1)), meaning: "the version of this format")
    static let model = ConfigKey(
        "", "model", .models, "A preset, Hugging Face LLaMA keys, the path of such a file, or a list of these: the sizes swept.",
        standard: .required,
        allowed: "a preset (`\(presets)`), an object with the keys below, the path of such a JSON file, or a list of these")
    static let predict = ConfigKey(
        "", "predict", .models, "Models of the same forms whose memory is planned for every method and that are never run.",
        standard: .words("none"), allowed: "as `model`, none of its models")
    static let methods = ConfigKey(
        "", "methods", .methods, "The methods that compete; an option given as a list is swept.", standard: .required,
        allowed: "a list of names or objects `{\"method\": NAME, …options, …training keys}`; `full-rank` is `full_rank`")
    static let exclude = ConfigKey(
        "", "exclude", .exclusions, "Cells to leave out of what the lists make: those with every key one of its values.",
        standard: .words("none"), allowed: "a list of objects, e.g. `{\"method\": \"galore\", \"rank\": [64, 128], \"size\": \"60m\"}`")
    static let include = ConfigKey(
        "", "include", .inclusions,
        "Cells beside what the lists make: objects as of methods, with a model and seeds of their own if they like.",
        standard: .words("none"), allowed: "a list of objects as of `methods`")
    static let seeds = ConfigKey(
        "", "seeds", .seeds, standard: .value(.array([.integer(1)])), meaning: "one run for each; adding one later runs only the new cells; a method's object may have its own, e.g. more of the baseline",
        allowed: "a list of whole numbers from 0")
    static let tuning = ConfigKey(
        "", TuningKeys.section.name, .definition, standard: .words("none"),
        meaning: "what is tried to choose learning rates and other settings")
    static let data = ConfigKey("", DataKeys.section.name, .definition, meaning: "the text")
    static let training = ConfigKey("", TrainingKeys.section.name, .definition, meaning: "how every method is trained")
    static let evaluation = ConfigKey("", EvaluationKeys.section.name, .definition, meaning: "how every model is evaluated")
    static let checkpoint = ConfigKey("", CheckpointKeys.section.name, .definition, meaning: "when a run saves itself")
    static let probes = ConfigKey(
        "", ProbeKeys.section.name, .definition, standard: .words("none"),
        meaning: "what is measured of weights, gradients and updates on the way: spectra, ranks, norms, subspaces")
    static let evidence = ConfigKey(
        "", EvidenceKeys.section.name, .definition, standard: .words("none"), meaning: "what counts as comparable")
    static let slurm = ConfigKey(
        "", SlurmKeys.section.name, .definition, standard: .words("none"), meaning: "how cells are submitted to a Slurm cluster")
    static let database = ConfigKey(
        "", "database", .path(besides: []), "Results database.", standard: .words("results/slbench.sqlite"), allowed: "a path")
    static let report = ConfigKey(
        "", "report", .path(besides: []), "Where the report goes, in the format that the name says: .md, .html or .tex.",
        standard: .words("beside the database"), allowed: "a path that ends in `.md`, `.html` or `.tex`")
    /// A matter of the host: not part of any run's identity.
    static let threads = ConfigKey(
        "", "threads", .value(.integer(1...1024)), "Threads of the whole program.", standard: .words("all cores"), source: "host")

    /// The same: the shards decide the bits, and not who computes them.
    static let ranks = ConfigKey(
        "", "ranks", .value(.integer(1...4096)), "Processes that train each run together, by MPI; training.shards says how many can. Part of a run only with training.exchange all_reduce.",
        standard: .value(.integer(1)), source: "host")

    static let all = [
        schema, description, name, version, model, predict, methods, exclude, include, seeds, tuning, data, training, evaluation, checkpoint, probes, evidence, slurm,
        database, report, threads, ranks,
    ]

    private static let presets = ModelShape.presets.map(\.name).joined(separator: " ")
}
