/// Which memory options go together.
extension SweepDecoder {
    /// How an update is cut into shards.
    func checkShards(_ training: TrainingSpec, place: (String...) -> String) {
        let (shards, accumulation) = (training.shards, training.gradientAccumulation)
        guard shards > 1 else { return }
        if training.memory.update == .perLayer {
            if ranks != shards {
                reader.report(
                    place("shards", "update"),
                    "shards \(shards) with per_layer and \(ranks == 1 ? "one process" : "\(ranks) ranks"): a gradient is consumed before it is added to those of other shards",
                    allowed: "\"ranks\": \(shards), one for each shard; shards 1, or update \"whole_model\"")
            }
            if accumulation > shards, accumulation % shards == 0 {
                reader.report(
                    place("gradient_accumulation", "shards"),
                    "per_layer with \(accumulation / shards) micro-batches in each of \(shards) shards: a gradient is complete only after the last of them",
                    allowed: "gradient_accumulation \(shards), or update \"whole_model\"")
            }
        }
        if shards & (shards - 1) != 0 {
            reader.report(place("shards"), "\(shards) shards make no binary tree", allowed: "a power of two")
        } else if accumulation % shards != 0 {
            let largest = 1 << accumulation.trailingZeroBitCount
            reader.report(
                place("shards", "gradient_accumulation"), "\(shards) shards do not divide gradient_accumulation \(accumulation)",
                allowed: "powers of two up to \(largest), or another gradient_accumulation")
        }
    }

    /// What a run's bits depend on is said in the config: who starts it has no say in what it is.
    func checkExchange(_ training: TrainingSpec, place: (String...) -> String) {
        guard case .allReduce(let ranks) = training.exchange, ranks == 1 else { return }
        reader.report(
            place("exchange"), "\(training.exchange.name) has no effect with one process", allowed: "\"\(GradientSum.ordered.name)\", or \"ranks\" from 2 on",
            hint: "its results depend on the number of processes, so the config says it: \"ranks\": 2, or --set ranks=2")
    }

    /// Every rank computes a whole subtree of the sum over shards.
    func checkRanks(_ ranks: Int, _ trainings: [TrainingSpec]) {
        guard let fewest = trainings.map(\.shards).min(), ranks & (ranks - 1) != 0 || fewest % ranks != 0 else { return }
        let most = 1 << fewest.trailingZeroBitCount
        reader.report(
            TopKeys.ranks.path, "\(ranks) ranks can't share training.shards \(fewest)",
            allowed: most == 1 ? "1, or more training.shards" : "powers of two up to \(most), or more training.shards")
    }

    /// - Parameter place: the key path of the first given key of its arguments.
    func checkMemory(_ training: TrainingSpec, _ own: [String: OptionValue], at path: String, place: (String...) -> String) {
        let memory = training.memory
        if memory.update == .perLayer, training.gradientAccumulation > 1, training.shards == 1 {
            reader.report(
                place("update", "gradient_accumulation"),
                "per_layer with gradient_accumulation \(training.gradientAccumulation): a gradient is complete only after the last micro-batch",
                allowed: "gradient_accumulation 1, or update \"whole_model\"")
        }
        if memory.update == .perLayer, let clip = training.gradientClip {
            reader.report(
                place("update", "grad_clip"),
                "per_layer with grad_clip \(clip): the norm of the whole gradient is known only when the first tensors are updated already",
                allowed: "grad_clip null, or update \"whole_model\"",
                hint: own["grad_clip"] == nil ? "the method's recipe clips; say \"grad_clip\": null" : nil)
        }
        if own["block_size"] != nil, memory.states != .eightBit {
            reader.report("\(path).block_size", "has no effect with states \"\(memory.states.rawValue)\"", allowed: "states \"8bit\"")
        }
        if own["optimizer"] == .text(OptimizerSpec.eightBitAdamW), own["states"] == .text(MemoryOptions.States.companded.rawValue) {
            reader.report(
                "\(path).states",
                "\"\(MemoryOptions.States.companded.rawValue)\" beside optimizer \"\(OptimizerSpec.eightBitAdamW)\", which is adamw with states \"8bit\"",
                allowed: "states \"8bit\", or optimizer \"\(OptimizerSpec.standard)\"")
        }
        for name in TrainingSpec.plainOptions where own[name] != nil {
            let taker = catalog.optimizers.first { $0.name == training.optimizer.name }
            if taker?.option(named: name) == nil {
                reader.report(
                    "\(path).\(name)", "has no effect with optimizer \"\(training.optimizer.name)\"",
                    allowed: taker.map { $0.options.isEmpty ? "an optimizer with such an option" : $0.options.map(\.name).joined(separator: ", ") + " inside \"optimizer\"" })
            }
        }
        if own["rounding"] != nil, memory.storage != .bf16 {
            reader.report("\(path).rounding", "has no effect with storage \"\(memory.storage.rawValue)\"", allowed: "storage \"bf16\"")
        }
    }
}
