import ArgumentParser
import Foundation
import SLHarness
import SLNumerics
import SLReport
import SLSpec
import SLTraining

/// The kernels beside the matrix products against this machine's ceilings, for benchmarks/kernels.
struct BenchKernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-kernels",
        abstract: "Time every kernel on one thread and on all, against what memory and vector units reach (used by benchmarks/kernels).",
        shouldDisplay: false)

    @OptionGroup var threading: ThreadOption

    @Option(help: "Rows of activations.")
    var tokens: Int = 2048

    @Option(help: "The preset that shapes are taken from.")
    var model: String = "60m"

    @Option(help: "Timed passes a kernel.")
    var repeats: Int = 7

    @Option(help: "Only kernels whose names contain this.")
    var only: String = ""

    @Option(name: .shortAndLong, help: "Markdown file to write as well.", completion: .file(extensions: ["md"]))
    var output: String?

    @OptionGroup var format: FormatOptions

    func validate() throws {
        for (name, value) in [("tokens", tokens), ("repeats", repeats)] where !(1...1_000_000).contains(value) {
            throw ValidationError("--\(name) \(value): 1 to 1000000 are possible")
        }
        if let output { try OutputName.checkOption(output, holds: "markdown", extensions: ["md", "markdown"]) }
    }

    func run() throws {
        guard let shape = ModelShape.preset(named: model) else {
            throw ValidationError("--model \(model): one of \(ModelShape.presets.map(\.name).joined(separator: ", "))")
        }
        let place = try output.map {
            try OutputGuard(inputs: [], databases: []).file($0, what: "table of kernels", isFormer: FormerOutput.begins(Self.title))
        }
        let sizes = KernelSizes(model: shape, tokens: tokens)
        let bench = KernelBench(sizes: sizes, threads: try threading.checked(), repeats: repeats)
        let report = try bench.run(only: only) { Talk.say("bench-kernels: \($0)") }
        switch format.format {
        case .csv, .json, .latex: format.write(report.machineTable)
        case .table, .markdown: print(text(report, sizes, as: format.format), terminator: "")
        }
        if let file = place, let output {
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text(report, sizes, as: .markdown).utf8).write(to: file, options: .atomic)
            Talk.say("bench-kernels: \(output)")
        }
    }

    private static let title = "# Kernels beside the matrix products"

    private func text(_ report: KernelBench.Report, _ sizes: KernelSizes, as format: TableFormat) -> String {
        let isMarkdown = format == .markdown
        let list = isMarkdown ? "- " : ""
        let facts = [
            "program: \(Program.versionText), BLAS core \(BLASEnvironment.core)",
            "machine: \(MachineProbe.cpu), \(MachineProbe.usableCores) usable cores, \(MachineProbe.operatingSystem)",
            "shapes: \(sizes.model.name), N = \(sizes.tokens) tokens in sequences of \(sizes.sequenceLength), "
                + "tensors of n = \(sizes.elements) elements",
            "times: best and median of \(repeats) passes; every pass goes over buffers of \(NumberFormat.bytes(sizes.footprint)) or more, "
                + "so that none is in a cache",
        ]
        let explanation = """
            Bytes are each array once; FLOPs one a multiplication, addition, division or root, exponentials apart. The ceiling is the slower
            of bytes at the measured bandwidth of that traffic and operations at the measured rates; above 100 % is what caches or
            stores that go round them save.
            """
        return (isMarkdown ? Self.title + "\n\n" : "")
            + facts.map { list + $0 + "\n" }.joined() + "\n"
            + TableRenderer.render(report.ceilingTable, as: format) + "\n"
            + TableRenderer.render(report.kernelTable, as: format) + "\n" + explanation + "\n"
    }
}
