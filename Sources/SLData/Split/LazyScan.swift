/// The scan of the training corpus, made when somebody needs it, and once.
final class LazyScan {
    private let sources: PreparationSources
    private var result: CorpusScan?

    init(_ sources: PreparationSources) { self.sources = sources }

    func get(progress: (String) -> Void) throws -> CorpusScan {
        if let result { return result }
        progress("reading \(sources.corpus.name)")
        let scan = try CorpusScan(sources.corpus, holding: sources.heldOut)
        result = scan
        return scan
    }
}
