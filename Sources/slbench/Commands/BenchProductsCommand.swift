import ArgumentParser
import Foundation
import SLHarness
import SLNumerics
import SLReport
import SLSpec
import SLTraining

/// A step's matrix products in every library and precision, for benchmarks/libraries.
struct BenchProductsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-products",
        abstract: "Time a step's matrix products in each library and precision, in turns (used by benchmarks/libraries).", shouldDisplay: false)

    @OptionGroup var threading: ThreadOption

    @Option(help: "Rows of activations.")
    var tokens: Int = 2048

    @Option(help: "The preset that shapes are taken from.")
    var model: String = "60m"

    @Option(help: "Timed rounds; the median counts.")
    var repeats: Int = 7

    @Option(name: .shortAndLong, help: "Markdown file to write as well.", completion: .file(extensions: ["md"]))
    var output: String?

    @OptionGroup var format: FormatOptions

    func validate() throws {
        for (name, value) in [("tokens", tokens), ("repeats", repeats)] where !(1...65_536).contains(value) {
            throw ValidationError("--\(name) \(value): 1 to 65536 are possible")
        }
        if let output { try OutputName.checkOption(output, holds: "markdown", extensions: ["md", "markdown"]) }
    }

    private static let title = "# Matrix products of a step, library by library"

    func run() throws {
        guard let shape = ModelShape.preset(named: model) else {
            throw ValidationError("--model \(model): one of \(ModelShape.presets.map(\.name).joined(separator: ", "))")
        }
        let place = try output.map {
            try OutputGuard(inputs: [], databases: []).file($0, what: "table of products", isFormer: FormerOutput.begins(Self.title))
        }
        let measured = try ProductTable.measure(shape, tokens: tokens, threads: try threading.checked(), repeats: repeats) {
            Talk.say("bench-products: \($0)")
        }
        switch format.format {
        case .csv, .json, .latex: format.write(measured.table)
        case .table, .markdown: print(text(measured, shape, as: format.format), terminator: "")
        }
        if let file = place, let output {
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text(measured, shape, as: .markdown).utf8).write(to: file, options: .atomic)
            Talk.say("bench-products: \(output)")
        }
    }

    private func text(_ measured: ProductTable, _ shape: ModelShape, as format: TableFormat) -> String {
        let list = format == .markdown ? "- " : ""
        let facts = [
            "program: \(Program.versionText), BLAS core \(BLASEnvironment.core); \(ProductLibrary.summary)",
            "machine: \(MachineProbe.cpu), \(MachineProbe.usableCores) usable cores, \(MachineProbe.operatingSystem)",
            "shapes: \(shape.name), \(tokens) tokens; the head in as many tokens at a time as the engine takes; median of \(repeats) rounds in turns",
        ]
        return (format == .markdown ? Self.title + "\n\n" : "") + facts.map { list + $0 + "\n" }.joined() + "\n"
            + TableRenderer.render(measured.table, as: format)
    }
}
