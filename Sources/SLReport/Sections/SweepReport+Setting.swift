package import SLSpec

extension SweepReport {
    /// What was compared and on what budget.
    package static func setting(_ groups: [SizeGroup], catalog: [MethodDescriptor]) -> [ReportDocument.Block] {
        guard !groups.isEmpty else { return [] }
        let hasDifferences = !differences(groups, catalog: catalog).isEmpty
        return [
            .section("Setting"), .paragraph(opening(groups, hasDifferences: hasDifferences)), methods(groups, catalog), shapes(groups),
            budgets(groups),
        ] + data(groups)
    }

    private static func opening(_ groups: [SizeGroup], hasDifferences: Bool) -> String {
        let methods = Set(groups.flatMap(\.cells).map(\.method)).count
        let names = MarkdownText.distinct(groups.map(\.shape.name))
        let sizes = MarkdownText.joined(names.map(MarkdownText.inline))
        return "LLaMA models of \(names.count == 1 ? "one size" : "\(names.count) sizes") (\(sizes)) were trained from scratch with "
            + "\(methods == 1 ? "one method" : "\(methods) methods"). What the runs of a size share stands here"
            + (hasDifferences ? ", what they do not under *Differences in hyper-parameters*." : ".")
    }

    private static func methods(_ groups: [SizeGroup], _ catalog: [MethodDescriptor]) -> ReportDocument.Block {
        let names = MarkdownText.distinct(groups.flatMap(\.cells).map(\.method))
        let rows = names.map { name in
            let entry = catalog.first { $0.name == name }
            return [MarkdownText.code(name)] + [entry?.summary, entry?.paper].map { MarkdownText.inline($0 ?? NumberFormat.missing) }
        }
        let columns: [TextTable.Column] = [.init("method", .left), .init("what it does", .left), .init("paper", .left)]
        return .table("methods", "The methods.", TextTable(columns: columns, rows: rows))
    }

    private static func shapes(_ groups: [SizeGroup]) -> ReportDocument.Block {
        let models = MarkdownText.distinct(groups.flatMap { group in [group.shape] + group.cells.map(\.spec.model) })
        func sizes(_ title: String, _ name: String, _ value: (ModelShape) -> Int) -> ReportColumn {
            ReportColumn(title, models.map { String(value($0)) }, figures: .whole(name, models.map(value)))
        }
        let parameters = models.map(\.denseParameterCount)
        return .table("models", "The shapes of the models.", [
            ReportColumn(words: "model", models.map { MarkdownText.inline($0.name) }), sizes("hidden", "hidden_size", \.hiddenSize),
            sizes("intermediate", "intermediate_size", \.intermediateSize), sizes("layers", "layers", \.layerCount),
            sizes("heads", "heads", \.headCount), sizes("vocabulary", "vocabulary_size", \.vocabularySize),
            ReportColumn("parameters, dense", parameters.map { NumberFormat.parameters($0) }, figures: .whole("dense_parameters", parameters)),
        ] + matches(models))
    }

    /// What picked shapes were picked for; no column where none was.
    private static func matches(_ models: [ModelShape]) -> [ReportColumn] {
        guard models.contains(where: { $0.match != nil }) else { return [] }
        return [
            ReportColumn(words: "picked for", models.map { MarkdownText.inline($0.match?.words ?? NumberFormat.missing) }),
            ReportColumn(
                "off by", models.map { $0.match.map { $0.all.map { NumberFormat.fixed(100 * $0.deviation, decimals: 2) + " %" }.joined(separator: ", ") } ?? NumberFormat.missing },
                figures: .real("match_deviation", models.map { $0.match?.deviation })),
        ]
    }

    private static func budgets(_ groups: [SizeGroup]) -> ReportDocument.Block {
        func column(_ title: String, _ name: String, text: (Double) -> String, _ values: (SizeGroup) -> [Double]) -> ReportColumn {
            // Where the runs of a size don't agree a spreadsheet has the ends.
            let all = groups.map(values)
            return ReportColumn(
                title, all.map { MarkdownText.joined($0.map(text)) }, figures: .real("\(name)_min", all.map { $0.min() }) + .real("\(name)_max", all.map { $0.max() }))
        }
        func whole(_ value: Double) -> String { String(Int(value)) }
        return .table("budgets", "What every run of a size was given.", [
            ReportColumn(words: "budget", groups.map { MarkdownText.inline($0.model.name) }, name: "model"),
            column("steps", "steps", text: whole) { $0.runs.map { Double($0.spec.training.steps) } },
            column("sequences per step", "batch_size", text: whole) { $0.runs.map { Double($0.spec.training.batchSize) } },
            column("sequence length", "sequence_length", text: whole) { $0.runs.map { Double($0.spec.training.sequenceLength) } },
            column("tokens per run", "tokens", text: { NumberFormat.tokens(Int($0)) }) { $0.tokenCounts.map(Double.init) },
            column("tokens per block parameter", "tokens_per_block_parameter", text: { NumberFormat.fixed($0, decimals: $0 < 0.1 ? 4 : 2) }) { group in
                group.tokenCounts.map { Double($0) / Double(group.shape.sizeParameterCount()) }
            },
            column("passes over the training text", "training_passes", text: { NumberFormat.fixed($0, decimals: 2) }) { $0.passes },
            ReportColumn(words: "seeds", groups.map { MarkdownText.joined($0.runs.map { String($0.spec.seed) }) }),
        ])
    }

    private static func data(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let runs = groups.flatMap(\.runs)
        let identities = MarkdownText.distinct(runs.map(\.spec.data))
        var items = identities.flatMap { data in
            [
                "Corpus \(MarkdownText.inline(data.name)), \(NumberFormat.tokens(data.trainTokens)) training and "
                    + "\(NumberFormat.tokens(data.validationTokens)) validation tokens, packing `\(data.packing.rawValue)`; "
                    + "SHA-256 \(MarkdownText.code(data.corpusSHA256)).",
                "Tokenizer \(MarkdownText.inline(data.tokenizer)), vocabulary \(data.vocabularySize); "
                    + "SHA-256 \(MarkdownText.code(data.tokenizerSHA256)).",
            ]
        }
        let texts = MarkdownText.distinct(runs.compactMap(\.data).map(\.withoutRun))
        items += texts.map { DataWords($0).facts.joined(separator: " ") }
        let modes = MarkdownText.distinct(runs.map { protocolText($0.spec) })
        let tokens = runs.compactMap { $0.result?.evaluation.tokens }
        let counts = MarkdownText.joined((tokens.isEmpty ? runs.map(\.spec.evaluation.tokens) : tokens).map { NumberFormat.tokens($0) })
        items.append(schedule(runs))
        items.append(seedMeaning(groups))
        let shared = sharedTraining(runs.map(\.spec))
        if !shared.isEmpty { items.append("Training settings shared by all runs: \(shared.joined(separator: ", ")).") }
        let isShared = identities.count == 1 && modes.count == 1 && Set(tokens).count < 2 && Set(runs.map(\.spec.evaluation.tokens)).count == 1
        let whose = isShared && runs.count > 1 ? ", the same for every run" : ""
        items.append("Evaluation: \(modes.joined(separator: "; ")), on a fixed set of \(counts) validation tokens\(whose)\(spread(runs)).")
        items += tests(groups)
        var blocks: [ReportDocument.Block] = [.list(items)]
        if !isShared {
            blocks.append(.paragraph("**The runs do not share one evaluation:** losses on different text, tokenizers or protocols do not compare."))
        }
        return blocks
    }

    private static func spread(_ runs: [RunHistory]) -> String {
        runs.contains { $0.spec.evaluation.rows == .spread } ? ", at equal distances over the validation part" : ""
    }

    /// What is reported beside, or in place of, the loss on the validation text.
    private static func tests(_ groups: [SizeGroup]) -> [String] {
        let runs = groups.flatMap(\.runs)
        let texts = MarkdownText.distinct(runs.compactMap(\.spec.data.test)).map { "\(NumberFormat.tokens($0.tokens)) tokens of \(MarkdownText.inline($0.name))" }
        var items: [String] = []
        if groups.areTested {
            let counts = MarkdownText.joined(runs.compactMap { $0.result?.test?.tokens }.map { NumberFormat.tokens($0) })
            items.append(
                "Test: ranks, differences and tests rest on the loss on \(counts) tokens of the test text (\(texts.joined(separator: ", "))), measured once after the "
                    + "last update; it is held out from training and from every choice. What was tuned was chosen by the loss on the validation text.")
        } else if !texts.isEmpty {
            items.append("Test: \(texts.joined(separator: ", ")) are held out, but not every finished run was tested: the loss on the validation text is reported.")
        }
        let heldOut = MarkdownText.distinct(runs.flatMap { $0.spec.data.heldOut ?? [] }).map { MarkdownText.inline($0.name) }
        if !heldOut.isEmpty { items.append("Corpora of other sources, evaluated apart: \(heldOut.joined(separator: ", ")).") }
        return items
    }

    private static func seedMeaning(_ groups: [SizeGroup]) -> String {
        let starts = Set(groups.flatMap(\.runs).map(\.spec.initialization))
        let fixes = starts == [nil] ? "the initial weights and the order of the training text" : "the order of the training text"
        let given = starts == [nil] ? "" : starts.contains(nil) ? " Some runs started from given weights, the others from drawn ones."
            : " The runs started from given weights."
        let arePairs = groups.contains { $0.cells.count > 1 } && starts.count == 1 && groups.allSatisfy(\.sharesBatches)
        return "A seed fixes \(fixes)\(arePairs ? ", so that runs of one seed are pairs" : "").\(given)"
    }

    /// The cosine's end lies one update behind the last, so what the last one had is told from its record.
    private static func schedule(_ runs: [RunHistory]) -> String {
        let training = runs.map(\.spec.training)
        let warmups = MarkdownText.joined(training.map { String($0.warmupSteps) })
        let floors = MarkdownText.joined(training.map { NumberFormat.general($0.minimumLearningRateRatio) })
        func rates(_ sample: (RunHistory) -> StepSample?) -> String? {
            let shares = runs.compactMap { run in sample(run).map { $0.learningRate / run.spec.training.learningRate } }.filter(\.isFinite)
            return shares.isEmpty ? nil : MarkdownText.joined(shares.map { NumberFormat.share($0) })
        }
        let ends = rates { run in run.steps.last.flatMap { $0.step == run.spec.training.steps ? $0 : nil } }
        let starts = rates { run in run.steps.first.flatMap { $0.step == 1 ? $0 : nil } }
        let real = zip(["first", "last"], [starts, ends]).compactMap { name, share in share.map { (name, $0) } }
        return "Schedule: linear warm-up from 0 over \(warmups) \(warmups == "1" ? "update" : "updates"), then cosine decay towards \(floors) "
            + "of the peak learning rate, which it would reach one update after the last"
            + (real.isEmpty ? "." : "; " + real.enumerated().map { index, end in
                index == 0 ? "the \(end.0) update was made with \(end.1)" : "the \(end.0) with \(end.1)"
            }.joined(separator: " and ") + " of the peak.")
    }

    /// Optimizer keys that are equal for all runs; those of budget and schedule stand elsewhere.
    private static func sharedTraining(_ specs: [RunSpec]) -> [String] {
        let fields = MarkdownText.distinct(specs.map(\.training)).map { training in
            var spec = specs[0]
            spec.training = training
            return SpecFields(spec)
        }
        let elsewhere: [TrainingSpec.CodingKeys] = [.steps, .batchSize, .sequenceLength, .warmupSteps, .minimumLearningRateRatio]
        let known = TrainingSpec.keys
        // Options of optimizers and groups, and of an exchange, have keys of their own.
        let dotted = Set(fields.flatMap(\.values.keys)).filter { key in ["optimizer", "groups", "exchange"].contains { key.hasPrefix("training.\($0).") } }
            .map { String($0.dropFirst("training.".count)) }.sorted()
        return (known + dotted).filter { key in !elsewhere.contains { $0.rawValue == key } }.compactMap { key in
            let values = Set(fields.map { $0.values["training.\(key)"] })
            guard values.count == 1 else { return nil }
            // AdamW's keys are missing where another rule trains, and its name where it does.
            if values.first == .some(nil), key != TrainingSpec.CodingKeys.gradientClip.rawValue { return nil }
            return "`\(key)` \(values.first.flatMap { $0 } ?? "none")"
        }
    }

    /// What every table of losses says where they are not averaged per token; `nil` where all are.
    ///
    /// - Parameter onTheWay: whether the losses are those of the validation text even where a test is reported, which is averaged per token.
    static func lossNote(_ groups: [SizeGroup], onTheWay: Bool = false) -> String? {
        guard onTheWay || !groups.areTested else { return nil }
        let compatible = groups.filter { group in group.runs.contains { $0.spec.evaluation.mode == .galoreCompat } }
        guard !compatible.isEmpty else { return nil }
        let names = MarkdownText.joined(compatible.map { MarkdownText.inline($0.model.name) })
        let whose = compatible.count == groups.count ? "losses" : "losses of \(names)"
        return "`galore-compat`: \(whose) are averaged as in GaLore's loop, batch means divided by N + 1, which is below the true loss."
    }

    private static func protocolText(_ spec: RunSpec) -> String {
        switch spec.evaluation.mode {
        case .tokenWeighted: "token-weighted mean of the negative log-likelihood"
        case .galoreCompat:
            "`galore-compat`, the published loop's mean of batch means divided by one batch too many, which is below the true loss, "
                + "in batches of \(spec.evaluation.batchSize.map(String.init) ?? "the training's") sequences"
        }
    }
}

extension SizeGroup {
    /// Target tokens each run trained on, or would train on where it isn't finished.
    var tokenCounts: [Int] { runs.map { $0.result?.tokens ?? Int($0.spec.expectedTargets.rounded()) } }

    /// How often each run goes over the training text.
    package var passes: [Double] { runs.compactMap(\.trainingPasses) }
}

extension RunHistory {
    /// How often the run goes over its training part: as recorded, or by its spec.
    package var trainingPasses: Double? { data?.trainingPasses ?? spec.trainingPasses }
}

extension DataRecord {
    /// What runs on the same text share.
    fileprivate var withoutRun: DataRecord {
        DataRecord(
            training: training, validation: validation, sharedRecords: sharedRecords, validationRecords: validationRecords,
            skippedRecords: skippedRecords,
            texts: texts.map { texts in
                texts.map { text in
                    var text = text
                    (text.sharedTargets, text.unigramLoss, text.bigramLoss) = (nil, nil, nil)
                    return text
                }
            })
    }
}
