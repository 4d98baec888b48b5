import ArgumentParser
import Foundation
import SLMethodKit
import SLReport
import SLSpec

struct MethodsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "methods", abstract: "List the methods, or one method's options with defaults, sources and the authors' own names.",
        discussion: "  slbench methods\n  slbench methods galore\n  slbench methods --format json      every option of every method")

    @Argument(help: "A method.")
    var name: String?

    @OptionGroup var output: FormatOptions

    func run() throws {
        if let name {
            let method = try Program.registry.descriptor(named: name)
            if output.format == .table { Self.describe(method) } else { output.write(Self.options([method])) }
        } else if output.format == .table {
            output.write(Self.summary)
            print("`slbench methods NAME` shows a method's options.")
        } else {
            output.write(Self.options(Program.registry.descriptors))
        }
    }

    private static var summary: ValueTable {
        ValueTable(
            columns: ["method", "what", "options", "source"],
            rows: Program.registry.descriptors.map { method in
                [
                    .text(method.name), .text(method.summary), .text(method.options.map(\.name).joined(separator: ", ")),
                    .text(method.paper),
                ]
            })
    }

    private static func options(_ methods: [MethodDescriptor]) -> ValueTable {
        ValueTable(
            columns: ["method", "option", "default", "allowed", "authors_name", "help", "source"],
            rows: methods.flatMap { method in
                method.options.map { option in
                    [
                        .text(method.name), .text(option.name), .text(option.defaultDescription), .text(option.allowed),
                        .init(option.authorsName), .text(option.help), .text(option.source),
                    ]
                }
            })
    }

    private static func describe(_ method: MethodDescriptor) {
        print("\(method.title) (\(method.name)): \(method.summary)\nSource: \(method.paper)")
        let recipe = method.recipe(ModelShape.preset(named: "60m") ?? ModelShape.presets[0])
        print("Recipe at 60m: lr \(recipe.learningRate), epsilon \(recipe.epsilon), grad_clip \(recipe.gradientClip.map { "\($0)" } ?? "none"); \(recipe.source)")
        if method.options.isEmpty { print("\nNo options of its own.") }
        for option in method.options {
            print("\n  \(option.name): \(option.help)")
            print("    default: \(option.defaultDescription)")
            print("    allowed: \(option.allowed)")
            if let theirs = option.authorsName { print("    authors: \(theirs)") }
            print("    source:  \(option.source)")
        }
    }
}
