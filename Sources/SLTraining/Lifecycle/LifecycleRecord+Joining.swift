import SLSpec

extension [LifecycleRecord] {
    /// Adds what one action did, to the record of its kind where this update has one already: an event is recorded once an update,
    /// however many controllers and tensors it is made of.
    mutating func add(_ record: LifecycleRecord) {
        guard let place = firstIndex(where: { $0.kind == record.kind && $0.step == record.step }) else { return append(record) }
        self[place].measurements = self[place].measurements(joining: record)
    }
}

extension LifecycleRecord {
    /// Counts and times add up; of changes and ages the largest counts; shares are weighed by the entries that they are of.
    fileprivate func measurements(joining other: LifecycleRecord) -> [String: Double] {
        var joined = measurements.merging(other.measurements, uniquingKeysWith: +)
        for key in ["function_change", "age", "first_update", "updates", "floor", "trained_parameters"] {
            if let mine = measurements[key], let theirs = other.measurements[key] { joined[key] = key == "trained_parameters" ? theirs : Swift.max(mine, theirs) }
        }
        if joined["zeroed_fraction"] != nil {
            func zeros(_ record: LifecycleRecord) -> Double { (record.measurements["zeroed_fraction"] ?? 0) * (record.measurements["entries"] ?? 0) }
            joined["zeroed_fraction"] = (zeros(self) + zeros(other)) / Swift.max(1, joined["entries"] ?? 1)
        }
        return joined
    }
}
