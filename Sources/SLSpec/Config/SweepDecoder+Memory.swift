/// Which memory options go together.
extension SweepDecoder {
    /// - Parameter place: the key path of the first given key of its arguments.
    func checkMemory(_ training: TrainingSpec, _ own: [String: OptionValue], at path: String, place: (String...) -> String) {
        let memory = training.memory
        if memory.update == .perLayer, training.gradientAccumulation > 1 {
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
