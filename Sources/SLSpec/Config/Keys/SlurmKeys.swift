/// The keys of `slurm`.
enum SlurmKeys {
    private typealias Name = SlurmSpec.CodingKeys
    private static let place = "slurm"
    private static let ordinary = SlurmSpec()

    static let partition = ConfigKey(
        place, Name.partition.rawValue, .text, "Partition, or several by commas.", standard: .words("the cluster's own"), source: "host")
    static let account = ConfigKey(
        place, Name.account.rawValue, .text, "Account that the jobs are charged to.", standard: .words("the user's own"), source: "host")
    static let qos = ConfigKey(place, Name.qos.rawValue, .text, "Quality of service.", standard: .words("the user's own"), source: "host")
    static let time = ConfigKey(
        place, Name.time.rawValue, .text, "Time limit of every job, as Slurm writes it: minutes, hours:minutes:seconds, days-hours.",
        standard: .words("the estimate × 1.5, at most the partition's limit"), source: "host",
        meaning: "time limit of every job; a run that takes longer saves itself before it and is queued again",
        allowed: "a text of minutes, `\"hours:minutes:seconds\"` or `\"days-hours:minutes:seconds\"`")
    static let memory = ConfigKey(
        place, Name.memory.rawValue, .text, "Memory of every job: megabytes, or a number with M, G or T.",
        standard: .words("the prediction and what the program takes, + 10 %"), source: "host",
        meaning: "memory of every job", allowed: "a text of megabytes, or of a number with M, G or T")
    static let constraint = ConfigKey(
        place, Name.constraint.rawValue, .text, "Features that a node must have, so that speeds compare.", standard: .words("none"), source: "host")
    static let kernels = ConfigKey(
        place, Name.kernels.rawValue, .value(.choice(PinnedKernels.allCases.map(\.rawValue))),
        "OpenBLAS's kernels on every node, and vector units that go with them, whatever the node would choose.",
        standard: .words("each node's own"), source: "host", refusal: PinnedKernels.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "),
        meaning: "kernels of OpenBLAS that every node computes with, and vector units that go with them, whatever it would choose")
    static let exclusive = ConfigKey(
        place, Name.exclusive.rawValue, .value(.boolean), "No other job shares a node.", standard: .value(.bool(ordinary.exclusive)), source: "host")
    static let arrayLimit = ConfigKey(
        place, Name.arrayLimit.rawValue, .value(.optionalInteger(1...1_000_000)), "Runs of one array at work at once; null for no bound.",
        standard: .value(.null), source: "host")
    static let template = ConfigKey(
        place, Name.template.rawValue, .path(besides: []), "A batch script of one's own; --print-script shows one to begin with.",
        standard: .words("one that slbench writes"), source: "host", allowed: "a path")
    static let options = ConfigKey(
        place, Name.options.rawValue, .texts, "Further options of sbatch, e.g. --mail-type=END.", standard: .words("none"), source: "host",
        allowed: "a list of texts, each an option with its value: `\"--mail-type=END\"`")

    static let section = ConfigSection(
        place, [partition, account, qos, time, memory, constraint, kernels, exclusive, arrayLimit, template, options],
        rules: "What `slbench sweep CONFIG --on slurm` asks of the cluster. A matter of the host: not part of a run's identity.")
}
