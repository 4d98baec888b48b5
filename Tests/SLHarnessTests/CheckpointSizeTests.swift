import Foundation
import SLData
import SLHarness
import SLMethodKit
import SLMethods
import SLSpec
import SLTestSupport
import SLTraining
import Testing

/// What the disk guard counts on is what real files take.
@Suite(.serialized, .compute(threads: 1)) struct CheckpointSizeTests {
    private static let shape = ModelShape(
        name: "small", vocabularySize: 259, hiddenSize: 64, intermediateSize: 160, layerCount: 2, headCount: 2)

    private func spec(_ method: String, _ memory: MemoryOptions, _ data: DataIdentity) throws -> RunSpec {
        var spec = try Sample.spec(method)
        spec.model = Self.shape
        spec.options = MethodOptions(descriptor: try BuiltinMethods.registry.descriptor(named: method), model: Self.shape, given: [:])
        spec.training.steps = 2
        spec.training.memory = memory
        spec.data = data
        return spec
    }

    /// The sizes of what a run leaves in its folder.
    private func files(_ spec: RunSpec, _ data: DataSpec, _ folder: URL, stopping: Bool) throws -> [Int] {
        let place = folder.appending(path: UUID().uuidString)
        let order = CellAssignment(
            spec: spec, data: data, dataDirectory: folder.appending(path: "data").path, database: "", sweep: nil, threads: 1,
            checkpointFolder: place.path)
        let environment = EnvironmentProbe(programVersion: "1", blas: "", blasCore: "").record(threads: 1, source: nil)
        let worker = CellWorker(registry: BuiltinMethods.registry, reason: { _ in .other }, words: { "\($0)" })
        var step = 0
        do {
            try worker.run(
                order, environment: environment, recorder: SilentRecorder(), emit: { step = $0.step }, shouldStop: { stopping && step > 0 })
            #expect(!stopping)
        } catch let failure as RunFailure where stopping {
            #expect(failure.status == .interrupted)
        }
        return try FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: [.fileSizeKey]).map {
            try #require(try $0.resourceValues(forKeys: [.fileSizeKey]).fileSize)
        }
    }

    @Test(arguments: [MemoryOptions(), MemoryOptions(states: .eightBit, storage: .bf16), MemoryOptions(states: .companded)])
    func sizesAreThoseOfFiles(memory: MemoryOptions) throws {
        try inFolder { folder in
            let data = DataSpec(corpus: "synthetic", tokenizer: "bytes")
            let identity = try DataPreparation.prepare(
                data, sequenceLength: 32, modelVocabularySize: 259, batchSize: 4,
                directory: DataDirectory(root: folder.appending(path: "data")), progress: { _ in }
            ).identity
            for descriptor in BuiltinMethods.registry.descriptors {
                let spec = try spec(descriptor.name, memory, identity)
                let disk = try #require(try Sample.plan([spec]).cells.first).disk
                for (stopping, predicted) in [(true, disk.checkpointBytes), (false, disk.weightsBytes)] {
                    let sizes = try files(spec, data, folder, stopping: stopping)
                    let real = try #require(sizes.first)
                    #expect(sizes.count == 1)
                    #expect(abs(Double(predicted) / Double(real) - 1) < 0.02, "\(descriptor.name): \(predicted) predicted, \(real) real")
                }
            }
        }
    }
}
