import SLDigest
import SLModel
import SLNumerics
import SLRanks

/// Processes that share a run hold the same weights, bit for bit. That is looked at where it costs little: what has parted once never meets
/// again, and would be found in a table weeks later.
extension TrainingLoop {
    /// Updates from one look to the next.
    static var checkInterval: Int { 100 }

    /// Compares everything but optimizer state: at the start, and where a run goes on.
    ///
    /// - Throws: `RankError.unequal` with the tensor, and each process's digest of it.
    package func compareRanks() throws {
        if ranks.isLone { return }
        try compare(model.weightParts + model.bufferParts)
    }

    /// Compares one tensor, another each time.
    ///
    /// - Throws: as ``compareRanks()``.
    func compareOneTensor(_ number: Int) throws {
        if ranks.isLone { return }
        let parts = model.weightParts
        guard !parts.isEmpty else { return }
        try compare([parts[number % parts.count]])
    }

    /// At every ``checkInterval``th update.
    func compareOneTensorIfDue() throws { if step % Self.checkInterval == 0 { try compareOneTensor(step / Self.checkInterval) } }

    private func compare(_ parts: [NamedPart]) throws {
        let digests = try ranks.gatherValues(parts.map { $0.digest() })
        for (index, part) in parts.enumerated() {
            let values = digests.map { $0.indices.contains(index) ? $0[index] : "no such tensor" }
            guard values.contains(where: { $0 != values[0] }) else { continue }
            throw RankError.unequal(
                what: "the tensor '\(part.name)' after \(step) updates", values: values,
                fix: "go on from the last checkpoint; where it happens again, compare the processors and libraries of the nodes")
        }
    }
}

extension NamedPart {
    /// SHA-256 of the memory.
    func digest() -> String {
        let hash = SHA256()
        part.withBytes { hash.update($0) }
        return hash.hexDigest()
    }
}
