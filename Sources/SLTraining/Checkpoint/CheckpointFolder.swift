public import Foundation
import SLSpec
import SLTensorFiles

/// The checkpoints of one run: `step-000000120.safetensors` and so on in a folder of its own, and `weights.safetensors` of
/// a run that is finished.
public struct CheckpointFolder: Sendable, Hashable {
    public let url: URL

    public init(url: URL) { self.url = url }

    private static let ending = ".safetensors"

    public var weightsFile: URL { url.appendingPathComponent("weights\(Self.ending)") }

    /// The tokenizer's model of a finished run, without which its weights can't be used.
    public var tokenizerFile: URL { url.appendingPathComponent("tokenizer.model") }

    /// Keeps a copy of the tokenizer's model beside the weights.
    ///
    /// - Throws: `FileError`.
    public func keepTokenizer(_ file: URL) throws {
        guard let model = try? Data(contentsOf: file) else { return }
        try prepare()
        let copy = try AtomicFile(path: tokenizerFile.path)
        try copy.write(model.bytes)
        try copy.commit()
    }

    package func file(step: Int) -> URL {
        let digits = String(step)
        return url.appendingPathComponent("step-\(String(repeating: "0", count: max(0, 9 - digits.count)))\(digits)\(Self.ending)")
    }

    /// Steps with a checkpoint, the newest first.
    public var steps: [Int] {
        ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).compactMap { name in
            guard name.hasPrefix("step-"), name.hasSuffix(Self.ending) else { return nil }
            return Int(name.dropFirst(5).dropLast(Self.ending.count))
        }.sorted(by: >)
    }

    /// Makes the folder, and clears away what dead processes left half-written.
    ///
    /// - Throws: `FileError`.
    package func prepare() throws {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw FileError(
                file: url.path, problem: "the folder for checkpoints can't be made: \(error.localizedDescription)",
                fix: "free some space or make the place writable, or name another database", condition: .vanished)
        }
        AtomicFile.removeLeftovers(in: url.path)
    }

    /// Keeps the newest `count` checkpoints.
    package func prune(keeping count: Int) {
        for step in steps.dropFirst(count) { try? FileManager.default.removeItem(at: file(step: step)) }
    }

    /// Removes every checkpoint; the weights of a finished run stay.
    public func removeCheckpoints() {
        prune(keeping: 0)
        AtomicFile.removeLeftovers(in: url.path)
        // Only an empty folder goes.
        unsafe rmdir(url.path)
    }
}
