import Foundation
public import SLData
import SLSpec

/// Text for whole runs of models with 259 tokens: bytes of the synthetic corpus, prepared once for all suites of a process.
public enum SmallText {
    private static let prepared = Result<PreparedData, any Error> {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slbench-small-text-\(ProcessInfo.processInfo.processIdentifier)")
        return try DataPreparation.prepare(
            DataSpec(corpus: "synthetic", tokenizer: "bytes"), sequenceLength: 16, modelVocabularySize: 259, batchSize: 4,
            directory: DataDirectory(root: folder), progress: { _ in })
    }

    /// For sequences of 16.
    public static func get() throws -> PreparedData { try prepared.get() }
}
