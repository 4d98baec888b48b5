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
        if own["block_size"] != nil, memory.optimizer != .adamw8bit {
            reader.report("\(path).block_size", "has no effect with optimizer \"\(memory.optimizer.rawValue)\"", allowed: "optimizer \"adamw8bit\"")
        }
        if own["rounding"] != nil, memory.storage != .bf16 {
            reader.report("\(path).rounding", "has no effect with storage \"\(memory.storage.rawValue)\"", allowed: "storage \"bf16\"")
        }
    }
}
