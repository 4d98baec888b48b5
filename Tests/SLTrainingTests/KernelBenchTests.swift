import SLSpec
import SLTestSupport
import SLTraining
import Testing

@Suite(.serialized, .compute(threads: 2)) struct KernelBenchTests {
    private let model = ModelShape(
        name: "tiny", vocabularySize: 97, hiddenSize: 16, intermediateSize: 24, layerCount: 1, headCount: 2)

    private func report() throws -> KernelBench.Report {
        let sizes = KernelSizes(model: model, tokens: 32, elements: 4096, footprint: 1 << 14, rounds: 1)
        return try KernelBench(sizes: sizes, threads: 2, repeats: 2).run()
    }

    @Test func everyKernelIsThereOnOneThreadAndOnAll() throws {
        let kernels = try report().kernels
        let names = [
            "RMSNorm forward", "RMSNorm recompute", "RMSNorm backward", "Rotary apply", "SwiGLU forward", "SwiGLU backward",
            "Embedding forward", "Embedding backward", "Attention forward", "Attention backward", "Cross-entropy with gradient",
            "Cross-entropy with gradient in bf16", "Adam, fp32", "Adam, bf16", "Adam, bf16, stochastic", "Adam, 8-bit moments", "Adam, companded 8-bit moments", "Expand bf16",
            "Compress to bf16", "Expand 8-bit", "Compress to 8-bit", "Expand companded 8-bit", "Compress to companded 8-bit", "Matrix copy", "Matrix fill", "Matrix add", "Matrix scale", "Sum of squares", "Sparse product",
            "Sparse gradients", "Scatter to dense", "Gather from dense", "Gather columns", "Scatter-add columns",
        ]
        for threads in [1, 2] { #expect(kernels.filter { $0.threads == threads }.map(\.kernel) == names) }
        #expect(kernels.count == 2 * names.count)
    }

    @Test func workIsCountedAndTimesAreOrdered() throws {
        let moves: Set<String> = [
            "Embedding forward", "Expand bf16", "Compress to bf16", "Expand 8-bit", "Compress to 8-bit", "Expand companded 8-bit",
            "Compress to companded 8-bit", "Matrix copy", "Matrix fill", "Gather columns",
        ]
        for kernel in try report().kernels {
            #expect(kernel.work.bytes > 0, "\(kernel.kernel)")
            #expect((kernel.work.floatingPointOperations > 0) != moves.contains(kernel.kernel), "\(kernel.kernel)")
            #expect(kernel.best > 0 && kernel.best <= kernel.median, "\(kernel.kernel)")
            #expect(kernel.floor > 0 && kernel.floor.isFinite, "\(kernel.kernel)")
        }
    }

    @Test func aPartOfANameChooses() throws {
        let sizes = KernelSizes(model: model, tokens: 32, elements: 2048, footprint: 1 << 13, rounds: 1)
        let report = try KernelBench(sizes: sizes, threads: 1, repeats: 1).run(only: "rmsnorm B")
        #expect(report.kernels.map(\.kernel) == ["RMSNorm backward"])
        #expect(report.kernels.map(\.threads) == [1])
    }

    /// Bytes as the formulas say, on sizes that can be counted by hand.
    @Test func bytesFollowTheFormulas() throws {
        let bytes = Dictionary(try report().kernels.map { ($0.kernel, $0.work.bytes) }, uniquingKeysWith: { first, _ in first })
        #expect(bytes["SwiGLU forward"] == 12 * 32 * 24)
        #expect(bytes["RMSNorm forward"] == 8 * 32 * 16 + 4 * (16 + 32))
        #expect(bytes["Adam, fp32"] == 28 * 4096)
        #expect(bytes["Adam, bf16"] == 16 * 4096)
        #expect(bytes["Adam, 8-bit moments"] == 16 * 4096 + 16 * 16)
        #expect(bytes["Adam, companded 8-bit moments"] == 16 * 4096 + 16 * 128)
        #expect(bytes["Cross-entropy with gradient"] == 8 * 32 * 97 + 4 * 32)
        #expect(bytes["Cross-entropy with gradient in bf16"] == 6 * 32 * 97 + 4 * 32)
    }

    /// The slower of memory and computation; the parts of a computation add up.
    @Test func theCeilingIsTheSlowerOfMemoryAndComputation() {
        let ceilings = MachineCeilings(
            threads: 1, bandwidth: [.read: 10, .write: 5, .copy: 4, .update: 8], vectorRate: 100, exponentialRate: 20, sigmoidRate: 10,
            productRate: 50)
        let moving = ceilings.floor(of: KernelWork(bytes: 40, traffic: .copy, vectorOperations: 100))
        #expect(moving.seconds == 10 && moving.bound == .memory(.copy))
        let computing = ceilings.floor(of: KernelWork(bytes: 8, traffic: .update, vectorOperations: 100, exponentials: 20, sigmoids: 10))
        #expect(computing.seconds == 3 && computing.bound == .vectorUnit)
        let multiplying = ceilings.floor(of: KernelWork(bytes: 10, traffic: .read, vectorOperations: 100, productOperations: 500))
        #expect(multiplying.seconds == 11 && multiplying.bound == .products)
    }

    @Test func tablesHaveARowForEveryMeasurement() throws {
        let report = try report()
        for table in [report.kernelTable, report.machineTable] {
            #expect(table.rows.count == report.kernels.count)
            #expect(table.rows.allSatisfy { $0.count == table.columns.count })
        }
        #expect(report.ceilingTable.columns.suffix(2) == ["1 thread", "2 threads"])
        #expect(report.ceilings.allSatisfy { ceiling in KernelWork.Traffic.allCases.allSatisfy { (ceiling.bandwidth[$0] ?? 0) > 0 } })
    }
}
