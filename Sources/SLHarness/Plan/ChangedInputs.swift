import SLSpec

/// What changed since a cell, or one that is like it but for the data, was run.
struct ChangedInputs {
    private let program: ProgramIdentity?
    private let makers: [String: ProgramIdentity]
    /// The data of started runs, by what they are besides; of several the last.
    private var data: [RunSpec: DataIdentity] = [:]

    /// - Parameters:
    ///   - program: the one that plans; `nil` when nobody asks.
    ///   - makers: of finished runs, by run key.
    ///   - started: runs of the sweep, the oldest first.
    init(program: ProgramIdentity?, makers: [String: ProgramIdentity], started: [RunSpec]) {
        self.program = program
        self.makers = makers
        for spec in started { data[Self.withoutData(spec)] = spec.data }
    }

    private static func withoutData(_ spec: RunSpec) -> RunSpec {
        var bare = spec
        bare.data = DataIdentity(
            name: "", packing: .concat, corpusSHA256: "", tokenizer: "", tokenizerSHA256: "", vocabularySize: 0, trainTokens: 0,
            validationTokens: 0)
        return bare
    }

    /// - Returns: `nil` when nothing is known to have changed.
    func note(_ spec: RunSpec, runKey: String, status: RunStatus?) -> String? {
        switch status {
        case nil: data[Self.withoutData(spec)].flatMap { Self.difference(spec.data, from: $0) }
        case .finished:
            if let program, let maker = makers[runKey], program.differs(from: maker) {
                "stale: made by \(maker.words), this is \(program.words)"
            } else {
                nil
            }
        default: nil
        }
    }

    private static func difference(_ now: DataIdentity, from before: DataIdentity) -> String? {
        func hash(_ what: String, _ path: KeyPath<DataIdentity, String>) -> String? {
            let (new, old) = (now[keyPath: path], before[keyPath: path])
            return new == old ? nil : "the \(what) changed: \(new.prefix(8))… was \(old.prefix(8))…"
        }
        func count(_ what: String, _ path: KeyPath<DataIdentity, Int>) -> String? {
            let (new, old) = (now[keyPath: path], before[keyPath: path])
            return new == old ? nil : "the \(what) changed: \(new), was \(old)"
        }
        let contents = [hash("corpus", \.corpusSHA256), hash("tokenizer", \.tokenizerSHA256)].compactMap(\.self)
        let packing = now.packing == before.packing ? [] : ["the packing changed: \(now.packing.rawValue), was \(before.packing.rawValue)"]
        let texts = now.test?.sha256 == before.test?.sha256 && now.heldOut?.map(\.sha256) == before.heldOut?.map(\.sha256)
            ? [] : ["the texts that models are tested on changed"]
        // Other contents have other counts; alone they tell of another split.
        let counts = contents.isEmpty
            ? [
                count("vocabulary size", \.vocabularySize), count("number of training tokens", \.trainTokens),
                count("number of validation tokens", \.validationTokens),
            ].compactMap(\.self) : []
        let all = contents + packing + counts + texts
        return all.isEmpty ? nil : all.joined(separator: "; ")
    }
}
