/// One entry of `methods`: a method with its swept values.
struct MethodEntry {
    let descriptor: MethodDescriptor
    let path: String
    /// Key, its values in written order.
    let swept: [(key: String, values: [OptionValue])]

    /// Every choice of values; the last key varies fastest.
    var combinations: [[String: OptionValue]] {
        swept.reduce([[:]]) { partial, key in
            partial.flatMap { chosen in key.values.map { chosen.merging([key.key: $0]) { $1 } } }
        }
    }
}

extension SweepDecoder {
    func methods(_ value: JSONValue?) -> [MethodEntry]? {
        let names = catalog.map(\.name)
        guard let value else {
            reader.report("methods", "missing", allowed: "a list of methods, e.g. [\"full_rank\", {\"method\": \"sltrain\", \"rank\": [64, 128]}]")
            return nil
        }
        guard case .array(let items) = value, !items.isEmpty else {
            reader.report("methods", "\(value.text) given", allowed: "a list of methods: " + names.joined(separator: ", "))
            return nil
        }
        return items.enumerated().compactMap { entry($0.element, at: "methods[\($0.offset)]") }
    }

    private func entry(_ item: JSONValue, at path: String) -> MethodEntry? {
        let names = catalog.map(\.name)
        var members: [JSONValue.Member] = []
        var named: JSONValue? = item
        if case .object(let given) = item {
            members = given
            named = item["method"]
        }
        guard case .string(let name)? = named else {
            reader.report(path, named == nil ? "an entry without \"method\"" : "\(item.text) given", allowed: "one of " + names.joined(separator: ", "))
            return nil
        }
        guard let descriptor = catalog.first(where: { $0.name == name.replacing("-", with: "_") }) else {
            reader.report(
                path, "unknown method '\(name)'", allowed: names.joined(separator: ", "),
                hint: NearestName.of(name, among: names).map { "did you mean '\($0)'?" })
            return nil
        }
        let known = descriptor.options + TrainingKeys.all
        reader.refuseUnknown(members, known: ["method"] + known.map(\.name), at: path) { key in
            authorsName(key, known) ?? otherMethods(key, not: descriptor)
        }
        var swept: [(key: String, values: [OptionValue])] = []
        for member in members {
            guard let option = known.first(where: { $0.name == member.key }) else { continue }
            let place = "\(path).\(member.key)"
            if case .array(let choices) = member.value {
                if choices.isEmpty { reader.report(place, "an empty list", allowed: option.allowed + ", or a list of such values") }
                swept.append((member.key, choices.enumerated().compactMap { reader.option($0.element, option, at: "\(place)[\($0.offset)]") }))
            } else {
                swept.append((member.key, reader.option(member.value, option, at: place).map { [$0] } ?? []))
            }
        }
        return MethodEntry(descriptor: descriptor, path: path, swept: swept)
    }

    private func otherMethods(_ key: String, not descriptor: MethodDescriptor) -> String? {
        let takers = catalog.filter { $0.name != descriptor.name && $0.option(named: key) != nil }.map(\.name)
        return takers.isEmpty ? nil : "'\(key)' is an option of \(takers.joined(separator: ", ")); \(descriptor.name) has no use for it"
    }

    // MARK: Cells

    /// Resolves one choice of values for one model and checks what depends on both.
    func draft(
        _ model: ModelShape, _ entry: MethodEntry, _ chosen: [String: OptionValue], _ base: [String: OptionValue], _ evaluation: EvaluationSpec
    ) -> CellDraft? {
        let options = MethodOptions(
            descriptor: entry.descriptor, model: model, given: chosen.filter { entry.descriptor.option(named: $0.key) != nil })
        let own = chosen.filter { TrainingKeys.descriptor($0.key) != nil }
        var given = base.merging(own) { $1 }
        // What a method says of its warm-up replaces the shared one, whichever of the two keys either used.
        if own["warmup_ratio"] != nil { given["warmup_steps"] = nil }
        let training = TrainingKeys.resolve(given, recipe: entry.descriptor.recipe(model))
        checkRank(options, model, entry)
        check(training, own, at: entry.path)
        return CellDraft(
            model: model, method: entry.descriptor.name, options: options, training: training, evaluation: evaluation, seed: 0,
            origin: entry.path)
    }

    private func checkRank(_ options: MethodOptions, _ model: ModelShape, _ entry: MethodEntry) {
        guard let rank = options["rank"]?.integer, case .rank? = entry.descriptor.option(named: "rank")?.domain,
            let smallest = model.sites(layer: 0).min(by: { $0.smallerSide < $1.smallerSide }), rank > smallest.smallerSide
        else { return }
        reader.report(
            "\(entry.path).rank",
            "\(rank) exceeds the smaller side of the layer '\(smallest.role.modulePath)' [\(smallest.outFeatures), \(smallest.inFeatures)] of model '\(model.name)'",
            allowed: "1 to \(smallest.smallerSide) for model '\(model.name)'", hint: "lower the rank, or leave this model out")
    }

    private func check(_ training: TrainingSpec, _ own: [String: OptionValue], at path: String) {
        func place(_ key: String) -> String { own[key] == nil ? "training.\(key)" : "\(path).\(key)" }
        if training.batchSize % training.gradientAccumulation != 0 {
            reader.report(
                place("gradient_accumulation"), "\(training.gradientAccumulation) does not divide batch_size \(training.batchSize)",
                allowed: "a divisor of batch_size")
        }
        if training.warmupSteps > training.steps {
            reader.report(place("warmup_steps"), "\(training.warmupSteps) is more than steps \(training.steps)", allowed: "0 to \(training.steps)")
        }
        let (perStep, overflow) = training.batchSize.multipliedReportingOverflow(by: training.sequenceLength)
        if overflow || perStep > Int(Int32.max) {
            reader.report(place("batch_size"), "batch_size · sequence_length is above 2^31 tokens", allowed: "fewer tokens an update")
        }
    }
}
