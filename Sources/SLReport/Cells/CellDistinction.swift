import SLSpec

/// What tells the cells of one method apart.
enum CellDistinction {
    /// `adamw8bit, bf16`, then `lr 0.003`: memory options that are not the default, and every other key in which a spec
    /// differs from some of its like.
    ///
    /// - Parameter alike: the specs of the same method, size and memory options, this one among them.
    static func words(_ spec: some Encodable, memory: MemoryOptions, among alike: [some Encodable]) -> [String] {
        guard alike.count > 1 else { return memory.words }
        let own = SpecFields(spec)
        let keys = SpecDifferences(fields: alike.map { SpecFields($0) }).keys.filter { $0 != "options.rank" }
        return memory.words + keys.map { "\(SpecFields.shortName($0)) \(own.value($0))" }
    }
}
