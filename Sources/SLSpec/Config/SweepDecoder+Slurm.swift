/// The key `slurm`: how cells are submitted to a cluster.
extension SweepDecoder {
    func slurm(_ value: JSONValue) -> SlurmSpec {
        var spec = SlurmSpec()
        guard members(value, of: SlurmKeys.section) != nil else { return spec }
        spec.partition = word(SlurmKeys.partition, in: value)
        spec.account = word(SlurmKeys.account, in: value)
        spec.qos = word(SlurmKeys.qos, in: value)
        spec.constraint = read(SlurmKeys.constraint, in: value)?.text
        spec.kernels = read(SlurmKeys.kernels, in: value)?.text.flatMap(PinnedKernels.init(rawValue:))
        spec.time = quantity(SlurmKeys.time, in: value, allowed: SlurmTime.allowed, SlurmTime.init(_:))
        spec.memory = quantity(SlurmKeys.memory, in: value, allowed: SlurmMemory.allowed, SlurmMemory.init(_:))
        if let isExclusive = read(SlurmKeys.exclusive, in: value)?.bool { spec.exclusive = isExclusive }
        spec.arrayLimit = read(SlurmKeys.arrayLimit, in: value)?.integer
        spec.template = read(SlurmKeys.template, in: value)?.text
        spec.options = slurmOptions(value)
        return spec
    }

    /// A name of the cluster's: without blanks, which `sbatch` would take for the end of it.
    private func word(_ key: ConfigKey, in object: JSONValue) -> String? {
        guard let text = read(key, in: object)?.text else { return nil }
        guard !text.contains(where: \.isWhitespace), !text.hasPrefix("-") else {
            reader.report(key.path, "\"\(text)\" given", allowed: "a name without blanks that begins with no '-'")
            return nil
        }
        return text
    }

    private func quantity<Quantity>(_ key: ConfigKey, in object: JSONValue, allowed: String, _ parsed: (String) -> Quantity?) -> Quantity? {
        guard let text = read(key, in: object)?.text else { return nil }
        if let quantity = parsed(text) { return quantity }
        reader.report(key.path, "\"\(text)\" given", allowed: allowed)
        return nil
    }

    /// What the program itself says to `sbatch` can't be said twice.
    private func slurmOptions(_ object: JSONValue) -> [String] {
        guard let given = object[SlurmKeys.options] else { return [] }
        let path = SlurmKeys.options.path
        guard case .array(let values) = given else {
            reader.report(path, "\(given.text) given", allowed: "a list of texts, each an option of sbatch with its value")
            return []
        }
        return values.enumerated().compactMap { index, value in
            let place = "\(path)[\(index)]"
            guard let text = reader.text(value, at: place) else { return nil }
            let name = String(text.prefix { $0 != "=" && !$0.isWhitespace })
            guard text.hasPrefix("-") else {
                reader.report(place, "\(value.text) given", allowed: "an option of sbatch with its value in one text, e.g. \"--mail-type=END\"")
                return nil
            }
            if let own = SlurmSpec.ownOptions[name] {
                reader.report(place, "\(value.text) given", allowed: "any option of sbatch but those that the sweep gives", hint: own)
                return nil
            }
            return text
        }
    }
}

extension SlurmSpec {
    private static let inSection = Dictionary(
        uniqueKeysWithValues: [
            ("partition", "p"), ("account", "A"), ("qos", "q"), ("time", "t"), ("constraint", "C"),
        ].flatMap { name, short in ["--\(name)", "-\(short)"].map { ($0, "the key slurm.\(name) says it") } })

    /// Options of `sbatch` that the program gives itself, with what says them.
    static let ownOptions = inSection.merging(
        [
            "--mem": "the key slurm.memory says it", "--exclusive": "the key slurm.exclusive says it",
            "--dependency": "the job that comes last has it; runs wait for nothing", "-d": "the job that comes last has it; runs wait for nothing",
            "--array": "the key slurm.array_limit bounds arrays", "-a": "the key slurm.array_limit bounds arrays",
            "--cpus-per-task": "the threads of a run say it (--threads)", "-c": "the threads of a run say it (--threads)",
            "--signal": "it follows from the time limit and a checkpoint's size", "--requeue": "it is always given",
            "--no-requeue": "runs that a node loses must come back", "--parsable": "it is always given", "--comment": "the sweep's jobs are told by it",
            "--job-name": "the config's name says it", "-J": "the config's name says it", "--output": "logs lie beside the database",
            "-o": "logs lie beside the database", "--error": "logs lie beside the database", "-e": "logs lie beside the database",
            "--open-mode": "it is always given", "--wrap": "the key slurm.template names a script", "--test-only": "--dry-run shows what would be submitted",
            "--wait": "the sweep does not wait; `slbench status --watch` does", "-W": "the sweep does not wait; `slbench status --watch` does",
        ]) { $1 }
}
